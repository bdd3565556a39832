import { accessKeys } from './access-keys';
import { agentRuntimes } from './agent-runtimes';
import { Cut } from './cut';
import { eventSources } from './event-sources';
import { executions } from './executions';
import { functions } from './functions';
import { rules } from './rules';
import { schedules } from './schedules';
import { CUT_NAMES, CutName } from '../../../src/contract/cuts';

const BY_NAME: { readonly [N in CutName]: Cut } = {
  'access-keys': accessKeys,
  'executions': executions,
  'functions': functions,
  'event-sources': eventSources,
  'rules': rules,
  'schedules': schedules,
  'agent-runtimes': agentRuntimes,
};

/** All cuts of a suspension besides the denial of the principals. */
export const CUTS: readonly Cut[] = CUT_NAMES.map((name) => BY_NAME[name]);
