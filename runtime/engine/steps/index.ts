import { StepName } from '../../../src/contract/steps';
import { Engine } from '../engine';
import { StepInput } from '../execution';
import { adopt } from './adopt';
import { begin } from './begin';
import { clean } from './clean';
import { confirmedFailure } from './confirmed-failure';
import { cut } from './cut';
import { fail, refuseRequest } from './failure';
import { giveBack } from './give-back';
import { quarantine } from './quarantine';
import { reduce } from './reduce';
import { restore } from './restore';
import { revoke } from './revoke';
import { settle } from './settle';
import { terminate } from './terminate';
import { inTurn } from './turn';
import { watch } from './watch';
import { wipe } from './wipe';

/** The handler of each step in the contract's table. */
const HANDLERS: { readonly [S in Exclude<StepName, 'Fail'>]: (engine: Engine, input: StepInput) => Promise<unknown> } = {
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
};

/** Runs a step if the ledger, or Step Functions, confirms that it is due. Nothing that the caller says is believed beside that. */
export async function runStep(engine: Engine, input: StepInput): Promise<unknown> {
  return input.step === 'Fail' ? fail(engine, await confirmedFailure(engine, input)) : inTurn(engine, input, (due) => HANDLERS[due.step as keyof typeof HANDLERS](engine, due));
}
