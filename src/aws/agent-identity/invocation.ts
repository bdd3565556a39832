import { aws_iam as iam, Lazy, Names, Stack } from 'aws-cdk-lib';
import { requireTogether } from './delegation';
import { AgentParts } from './delegation-graph';
import { orderStacks } from './stack-order';
import { callerText } from '../../contract/callers';
import { InvalidInputError } from '../../core/errors';
import { principalsOf } from '../access-rules/trust-rules';
import { InvocableKind, invocableKindsOf } from '../agent-runtime/invocable-kinds';
import { RoleHolders } from '../agent-runtime/role-holders';
import { acknowledgeWildcards } from '../findings/wildcards';
import { parseTrustStatements } from '../iam/statement';

/** Lets one agent call the compute of another. The compute runs with its own role, so no credentials go from one to the other. */
export function invoke(caller: AgentParts, to: unknown, stages: string[] | undefined): void {
  const { agent, stage } = caller;
  const isLive = stages === undefined || stages.includes(stage.name);
  const callee = requireTogether(caller, to, 'mayInvoke', isLive);
  const kinds = kindsOf(callee);
  if (kinds.length === 0 || callee === caller) {
    throw new InvalidInputError('InvocationImpossible', `${agent.node.path}: ${callee.agent.node.path} ${callee === caller ? 'is the agent itself' : 'runs on nothing that another agent can call'}: `
      + 'mayInvoke() works for agents on Lambda, AgentCore Runtime and Step Functions; send work to others by a queue or an event, or use mayDelegateTo()');
  }
  if (isLive) {
    orderStacks(callee.agent, agent, `${agent.node.path}: it may invoke ${callee.agent.node.path}`);
  }
  for (const kind of kinds) {
    const statement = statementFor(callee, kind);
    acknowledgeWildcards(caller.role, () => [{
      statement: statement.toStatementJson(), reason: () => 'mayInvoke() allows each version and alias of the compute that it names',
    }]);
    if (!isLive) {
      caller.declareDormant(stages, statement);
    } else if (stages === undefined) {
      caller.role.grantInPresentStage(statement);
    } else {
      caller.role.grantIn(stages, statement);
    }
  }
  if (isLive) {
    callee.callers.add(callerText({ agentName: caller.agentName, relation: 'invokes' }));
    agent.node.addValidation({
      validate: () => kinds.filter((kind) => arnsOf(callee, kind).length === 0).map(({ type }) => missing(caller, callee, type)),
    });
  }
}

function missing({ agent }: AgentParts, callee: AgentParts, type: string): string {
  return `InvocationWithoutCompute: ${agent.node.path}: it may invoke ${callee.agent.node.path}, and no ${type} runs with that agent's role: give one the role, or leave mayInvoke() out`;
}

/** The compute is known in the finished app only. A list like that can't stand beside others, and the Sid keeps CDK from merging it with them. */
function statementFor(callee: AgentParts, kind: InvocableKind): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: `Invoke${Names.uniqueResourceName(callee.agent, { maxLength: 40 })}${kind.type.split(':').at(-1)}`.replace(/[^A-Za-z0-9]/g, ''),
    actions: kind.actions,
    resources: Lazy.uncachedList({ produce: () => arnsOf(callee, kind) }),
  });
}

function arnsOf({ role }: AgentParts, { type, arnsOf: arns }: InvocableKind): string[] {
  return RoleHolders.in(role).runningOf(role, type).flatMap(arns);
}

/** The kinds of compute whose services may assume the role. */
function kindsOf({ agent, trust }: AgentParts): InvocableKind[] {
  const documents = trust.map((statement): unknown => Stack.of(agent).resolve(statement.toStatementJson()));
  const services = parseTrustStatements({ Statement: documents }).filter(({ effect }) => effect === 'Allow')
    .flatMap(({ principal }) => principalsOf(principal)).filter(({ type }) => type === 'Service').map(({ text }) => text);
  return invocableKindsOf(services);
}
