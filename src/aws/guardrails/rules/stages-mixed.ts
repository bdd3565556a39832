import { builtInRule } from './built-in-rule';
import { Caller } from '../../../core/identities/caller';
import { conditionValues } from '../../../core/identities/conditions';
import { stageIn } from '../../../core/identities/stage-in-name';
import { isRecord, list } from '../../iam/statement';
import { GuardrailFinding } from '../rule';
import { GuardrailApp } from '../template/guardrail-app';
import { GuardrailPrincipal } from '../template/guardrail-principal';
import { GuardrailTemplate } from '../template/guardrail-template';
import { shownText } from '../template/trust-of';

export const STAGES_MIXED = builtInRule('stages-mixed', {
  when: 'by the names of roles and stacks, test reaches production or the reverse, by a trust policy or the policy of a resource. An account is of the stage of its stacks',
  why: 'what is weaker in test is then as weak in production',
}, (app) => {
  const ofAccount = stagesOfAccounts(app);
  return [
    ...app.principals.flatMap((principal) => ofTrust(principal, ofAccount)),
    ...app.templates.flatMap((template) => ofResources(app, template)),
  ];
});

const FIX = 'let each stage trust its own principals only';

type Stage = ReturnType<typeof stageIn>;

/** The stage of each account whose stacks are of one stage only, by their names. */
function stagesOfAccounts(app: GuardrailApp): ReadonlyMap<string, Stage> {
  const found = new Map<string, Stage>();
  for (const { account, stackName } of app.templates) {
    if (account !== undefined) {
      const stage = stageIn(stackName);
      found.set(account, !found.has(account) || found.get(account) === stage ? stage : undefined);
    }
  }
  return found;
}

function ofTrust({ template, resource, name, _callers }: GuardrailPrincipal, ofAccount: ReadonlyMap<string, Stage>): GuardrailFinding[] {
  const own = stageIn(name) ?? stageIn(template.stackName);
  const stageOfCaller = ({ kind, name: caller, otherAccount }: Caller): Stage => (
    kind === 'service' ? undefined : stageIn(caller) ?? ofAccount.get(otherAccount ?? ''));
  const other = own === undefined ? undefined : _callers.find((caller) => ![undefined, own].includes(stageOfCaller(caller)));
  return other === undefined ? [] : [{
    template,
    logicalId: resource.logicalId,
    location: 'Properties.AssumeRolePolicyDocument',
    problem: `by the names, ${stageOfCaller(other)} reaches ${own}: ${name} can be assumed by ${other.name}`,
    fix: FIX,
  }];
}

/** Properties that hold the policy of a resource, with principals. */
const POLICIES = ['PolicyDocument', 'KeyPolicy', 'ResourcePolicy', 'RepositoryPolicyText', 'Policy', 'AccessPolicies', 'FileSystemPolicy'];

function ofResources(app: GuardrailApp, template: GuardrailTemplate): GuardrailFinding[] {
  const own = stageIn(template.stackName);
  return own === undefined ? [] : template.resources.flatMap(({ logicalId, type, properties }) => {
    const found = POLICIES.filter((property) => isRecord(properties[property]) || typeof properties[property] === 'string').flatMap((property) => (
      app._texts.statementsOf(template, properties[property]).filter(({ Effect: effect }) => effect === 'Allow').flatMap(principalsOf)
        .filter((arn) => ![undefined, own].includes(stageOf(arn))).map((arn) => ({ property, arn }))));
    return found.slice(0, 1).map(({ property, arn }) => ({
      template,
      logicalId,
      location: `Properties.${property}`,
      problem: `by the names, ${stageOf(arn)} reaches ${own}: the policy of ${type} ${logicalId} allows ${shownText(arn)}`,
      fix: FIX,
    }));
  });
}

/** By the name of a principal, the last part of its ARN. */
function stageOf(arn: string): Stage {
  return stageIn(arn.split(/[:/]/).at(-1)!);
}

function principalsOf(statement: Record<string, unknown>): string[] {
  const { Principal: principal } = statement;
  return [...isRecord(principal) ? list(principal.AWS).map(String) : [], ...conditionValues(statement, 'aws:PrincipalArn')];
}
