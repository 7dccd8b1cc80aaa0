"""What the product's own tests and a plugin author's tests share: the contract as runnable checks."""
