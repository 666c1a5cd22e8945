"""The product as one file that is installed where there is no network.

wheels collects the packages, contents writes the file, command is the administrator's side.
beside/ lies beside the code in the file: how it is installed.
"""
