import { Reasons } from './acknowledge';

/** Of each resource whose construct in the CDK adds a dependency on what it refers to. */
export const DEPENDS_TWICE: Reasons = { W3005: 'The CDK adds the dependency beside the reference; CloudFormation takes both as one' };

/** Of log groups. */
export const LOGS_WITHOUT_KEY: Reasons = { CKV_AWS_158: 'Encrypted with a key of CloudWatch Logs; the logs contain no secrets and no links' };

/** Of policies that deny an action which AWS has, and the list of cfn-lint lacks. */
export const ACTION_UNKNOWN: Reasons = { W3037: 'AWS has the action that is denied; the list of cfn-lint lacks it' };
