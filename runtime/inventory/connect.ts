import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Policy } from './permissions';
import { InvalidInputError } from '../../src/core/errors';
import { operatorsCalls, PlainCalls } from '../aws/plain-calls';
import { explaining } from '../operator/in-our-words';

/** An account that an inventory reads. */
export interface InventorySource {
  readonly account: string;
  /** ARN of the operator. */
  readonly operator: string;
  readonly region: string;
  readonly iam: IAMClient;
  readonly cloudFormation: CloudFormationClient;
  readonly plain: PlainCalls;
  /** Another account, through a role there. Its session may do no more than the policy allows, whatever the role may do. */
  assume(account: string, roleName: string, policy: Policy): Promise<InventorySource>;
}

interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** IAM is the same in all regions of a partition. */
const ANY_REGION = 'us-east-1';
/** IAM does not publish its limits: the adaptive mode slows down when IAM throttles. */
const RETRIES = { retryMode: 'adaptive', maxAttempts: 12 };
const SESSION_NAME = 'nhi-inventory';

/**
 * Connects with the operator's own credentials. No registry is needed.
 *
 * @throws InvalidInputError `CallerUnknown`, and the codes of `inOurWords`; the clients throw these as well
 */
export async function connectInventory(
  { region: given }: { readonly region?: string }, credentials?: () => Promise<Session>,
): Promise<InventorySource> {
  const region = await regionOf(given);
  const config = { region, ...(credentials === undefined ? {} : { credentials }), ...RETRIES };
  const where = { registry: '', region };
  const sts = explaining(new STSClient(config), where);
  const { Account: account, Arn: operator } = await sts.send(new GetCallerIdentityCommand({}));
  if (account === undefined || operator === undefined) {
    throw new InvalidInputError('CallerUnknown', 'AWS returned no caller identity: check the credentials of the environment');
  }
  const partition = operator.split(':')[1];
  const known = { ...where, operator, account };
  // All clients have the same session.
  const shared = { ...config, ...(credentials === undefined ? {} : { credentials: () => sts.config.credentials() }) };
  return {
    account,
    operator,
    region,
    iam: explaining(new IAMClient(shared), known),
    cloudFormation: explaining(new CloudFormationClient(shared), known),
    plain: operatorsCalls(partition, region, () => sts.config.credentials()),
    assume: async (other, roleName, policy) => {
      const operators = explaining(new STSClient(config), known);
      const session = async (): Promise<Session> => {
        const { Credentials: its } = await operators.send(new AssumeRoleCommand({
          RoleArn: `arn:${partition}:iam::${other}:role/${roleName}`, RoleSessionName: SESSION_NAME, Policy: JSON.stringify(policy),
        }));
        const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken, Expiration: expiration } = its ?? {};
        if (accessKeyId === undefined || secretAccessKey === undefined) {
          throw new InvalidInputError('SessionMissing', `AWS returned no session of role ${roleName} in account ${other}: try again`);
        }
        return {
          accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }), ...(expiration === undefined ? {} : { expiration }),
        };
      };
      // The clients ask for another session when this one is about to end: an account with many roles can take longer than the hour of one.
      let first: Session | undefined = await session();
      return connectInventory({ region }, async () => {
        const mine = first;
        first = undefined;
        return mine ?? session();
      });
    },
  };
}

async function regionOf(given: string | undefined): Promise<string> {
  try {
    return given ?? await new STSClient({}).config.region();
  } catch {
    return ANY_REGION;
  }
}
