import { ACCESS_KEY } from './access-key';
import { ADMINISTRATOR } from './administrator';
import { ANY_BRANCH } from './any-branch';
import { ANYONE_TRUSTED } from './anyone-trusted';
import { AUDIENCE_OPEN } from './audience-open';
import { BuiltInRule } from './built-in-rule';
import { CONSOLE_LOGIN } from './console-login';
import { IAM_USER } from './iam-user';
import { KEY_IN_TEMPLATE } from './key-in-template';
import { NO_END } from './no-end';
import { NO_REVOKER } from './no-revoker';
import { NO_ROTATION } from './no-rotation';
import { OPEN_FEDERATION } from './open-federation';
import { OUTSIDE_LIFECYCLE } from './outside-lifecycle';
import { BECOMES_OTHERS, RUNS_AS_OTHERS } from './over-identities';
import { PERSON_AND_MACHINE } from './person-and-machine';
import { RETAINED } from './retained';
import { SECRET_IN_ENVIRONMENT } from './secret-in-environment';
import { SECRET_IN_OUTPUT } from './secret-in-output';
import { SECRET_IN_PARAMETER } from './secret-in-parameter';
import { SECRET_IN_PROPERTY } from './secret-in-property';
import { SHARED } from './shared';
import { STAGES_MIXED } from './stages-mixed';
import { THIRD_PARTY } from './third-party';
import { WHOLE_SERVICE } from './whole-service';

/** One line a rule, by the items of OWASP. */
export const BUILT_IN_RULES: readonly BuiltInRule[] = [
  OUTSIDE_LIFECYCLE,
  RETAINED,
  NO_END,
  KEY_IN_TEMPLATE,
  SECRET_IN_OUTPUT,
  SECRET_IN_ENVIRONMENT,
  SECRET_IN_PARAMETER,
  SECRET_IN_PROPERTY,
  THIRD_PARTY,
  NO_REVOKER,
  ANYONE_TRUSTED,
  ACCESS_KEY,
  IAM_USER,
  ADMINISTRATOR,
  BECOMES_OTHERS,
  RUNS_AS_OTHERS,
  WHOLE_SERVICE,
  OPEN_FEDERATION,
  AUDIENCE_OPEN,
  ANY_BRANCH,
  NO_ROTATION,
  STAGES_MIXED,
  SHARED,
  PERSON_AND_MACHINE,
  CONSOLE_LOGIN,
];
