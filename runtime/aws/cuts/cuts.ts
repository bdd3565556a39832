import { accessKeys } from './access-keys';
import { agentRuntimes } from './agent-runtimes';
import { apiGatewayKeys } from './api-gateway-keys';
import { Cut } from './cut';
import { delegatedSessions } from './delegated-sessions';
import { ecsServices } from './ecs-services';
import { ecsTasks } from './ecs-tasks';
import { eventSources } from './event-sources';
import { executions } from './executions';
import { functions } from './functions';
import { instances } from './instances';
import { rolesAnywhereProfiles } from './roles-anywhere-profiles';
import { rules } from './rules';
import { schedules } from './schedules';
import { thirdParties } from './third-parties';
import { CUT_NAMES, CutName } from '../../../src/contract/cuts';

const BY_NAME: { readonly [N in CutName]: Cut } = {
  'access-keys': accessKeys,
  'api-gateway-keys': apiGatewayKeys,
  'roles-anywhere-profiles': rolesAnywhereProfiles,
  'delegated-sessions': delegatedSessions,
  'executions': executions,
  'functions': functions,
  'event-sources': eventSources,
  'rules': rules,
  'schedules': schedules,
  'ecs-services': ecsServices,
  'ecs-tasks': ecsTasks,
  'instances': instances,
  'agent-runtimes': agentRuntimes,
  'third-parties': thirdParties,
};

/** All cuts of a suspension besides the denial of the principals. */
export const CUTS: readonly Cut[] = CUT_NAMES.map((name) => BY_NAME[name]);
