import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ManagedAgentIdentity } from '../../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../../src/aws/agent-runtime';
import { list } from '../../../../src/aws/iam/statement';
import { agentIn, ENV, only, stackOf } from '../../agent-identity/agents';

export const { account: ACCOUNT, region: REGION } = ENV;

/** A request to STS, as a service or a holder of a token sends it. */
export interface Request {
  readonly principal: string;
  readonly action?: string;
  readonly context: Record<string, string>;
}

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal: Record<string, string>;
  readonly Action: string | string[];
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/** The trust policy of an agent on a runtime in the finished template, with what the app adds. */
export function trustOf(runtime: AgentRuntime, build: (stack: Stack, bot: ManagedAgentIdentity) => void = () => undefined): Statement[] {
  const stack = stackOf();
  const bot = agentIn(stack, { runtime });
  build(stack, bot);
  const role = only(Template.fromStack(stack), 'AWS::IAM::Role', 'AgentInvoiceBot');
  return JSON.parse(JSON.stringify(role.Properties.AssumeRolePolicyDocument.Statement, flat)) as Statement[];
}

/** Writes out joins with the partition, so that texts can be compared. */
function flat(_key: string, value: unknown): unknown {
  const join = (value as { 'Fn::Join'?: [string, unknown[]] } | null)?.['Fn::Join'];
  return join === undefined ? value : join[1].map((part) => typeof part === 'string' ? part : 'aws').join(join[0]);
}

/** Whether a trust policy allows a request, by the conditions that IAM documents for these operators. */
export function letsIn(statements: readonly Statement[], { principal, action = 'sts:AssumeRole', context }: Request): boolean {
  return statements.some((statement) => statement.Effect === 'Allow'
    && Object.values(statement.Principal).includes(principal)
    && list(statement.Action).includes(action)
    && Object.entries(statement.Condition ?? {}).every(([operator, keys]) => Object.entries(keys).every(([key, values]) =>
      context[key] !== undefined && list(values).some((value) => MATCHES[operator](value as string, context[key])))));
}

const like = (pattern: string, value: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\/-]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`).test(value);

/** An operator that is not listed fails the test. */
const MATCHES: Record<string, (wanted: string, value: string) => boolean> = {
  StringEquals: (wanted, value) => wanted === value,
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
};
