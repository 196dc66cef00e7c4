"""The judge: processes of their own for what is not cheap by count, ended by the kernel when they take too long.

Nothing in process can be stopped once it computes, so what may take long is handed over:

- `judge` is what others call: judge a request, evaluate an expression, try to compile a contract.
- `lane` is what waits, in `turns`, with the child that works it off. There are three: one for all, one apart for what
  has been slow again and again, and one aside for what has been too much for a child lately (`suspects`) and for what
  is offered. So others hardly wait for any of it.
- `origin` is a process that has everything imported; each child is a fork of it, ready in a millisecond or two.
  `children` starts it, has it fork by `orders`, and ends it.
- `child` is what runs in a child, with contracts that are `prepared` there. `tasks` and `packing` say what is asked and
  answered, `frames` and `connection` how it crosses, `shelf` which contracts a child still has, and `bounds` how much
  of everything there may be.
"""
