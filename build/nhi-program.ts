import { Command } from 'commander';
import { program } from '../cli/program';

/** The command, to read and to parse with. Nothing can be called by it. */
export function nhiProgram(): Command {
  const fail = (): never => {
    throw new Error('nothing is called here');
  };
  const connects = { connect: fail, connectGoogle: fail, connectDeployed: fail, connectInventory: fail };
  const outside = { ...connects, now: () => new Date(0), progress: { write: fail } };
  return program({ write: fail }, outside);
}
