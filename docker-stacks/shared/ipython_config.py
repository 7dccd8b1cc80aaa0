"""Every kernel has %rusoil and %%rusoil, without %load_ext."""

c = get_config()  # noqa: F821 - given by traitlets

c.InteractiveShellApp.extensions.append("rusoil_jupyter_kernel")
