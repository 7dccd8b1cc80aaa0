"""Who may use what on campus: the JupyterHub side of the product (rooms follow with the campus issues)."""
