"""Restoring without the machine: straight from the repository on its server, with the secrets of `vars/`.

For the day on which the laptop is stolen. `places` and `choices` decide, `access` and `borg` reach the repository, `placing`
and `sending` bring the files to where they should be.
"""
