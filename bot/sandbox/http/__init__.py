"""How the sandbox is spoken to: who calls, what a call carries, what may go wrong."""
