"""The server inside the container: reachable from outside it, with a token (JUPYTER_TOKEN sets it)."""

c = get_config()  # noqa: F821 - given by traitlets

c.ServerApp.ip = "0.0.0.0"
c.ServerApp.port = 8888
c.ServerApp.port_retries = 0  # another port would not be the published one
c.ServerApp.open_browser = False
c.FileContentsManager.delete_to_trash = False  # no trash can in a container
