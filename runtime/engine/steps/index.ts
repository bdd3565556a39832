import { StepName } from '../../../src/contract/steps';
import { Engine } from '../engine';
import { StepInput } from '../execution';
import { adopt } from './adopt';
import { begin } from './begin';
import { clean } from './clean';
import { cut } from './cut';
import { fail, refuseRequest } from './failure';
import { giveBack } from './give-back';
import { quarantine } from './quarantine';
import { reduce } from './reduce';
import { restore } from './restore';
import { revoke } from './revoke';
import { settle } from './settle';
import { terminate } from './terminate';
import { watch } from './watch';
import { wipe } from './wipe';

/** The handler of each step in the contract's table. */
const HANDLERS: { readonly [S in StepName]: (engine: Engine, input: StepInput) => Promise<unknown> } = {
  Begin: begin,
  Adopt: adopt,
  Quarantine: quarantine,
  Cut: cut,
  Restore: restore,
  Reduce: reduce,
  Clean: clean,
  Return: giveBack,
  Wipe: wipe,
  Terminate: terminate,
  Revoke: revoke,
  Settle: settle,
  Watch: watch,
  Refuse: refuseRequest,
  Fail: fail,
};

export function runStep(engine: Engine, input: StepInput): Promise<unknown> {
  return HANDLERS[input.step](engine, input);
}
