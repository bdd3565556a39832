import { builtInRule } from './built-in-rule';
import { stageIn } from '../../../core/identities/stage-in-name';
import { isRecord, list } from '../../iam/statement';
import { GuardrailFinding } from '../rule';
import { GuardrailApp } from '../template/guardrail-app';
import { GuardrailPrincipal } from '../template/guardrail-principal';
import { GuardrailTemplate } from '../template/guardrail-template';
import { shownText } from '../template/trust-of';

export const STAGES_MIXED = builtInRule('stages-mixed', {
  when: 'by the names of roles and stacks, test reaches production or the reverse, by a trust policy or the policy of a resource',
  why: 'what is weaker in test is then as weak in production',
}, (app) => [...app.principals.flatMap(ofTrust), ...app.templates.flatMap((template) => ofResources(app, template))]);

const FIX = 'let each stage trust its own principals only';

function ofTrust({ template, resource, name, _callers }: GuardrailPrincipal): GuardrailFinding[] {
  const own = stageIn(name) ?? stageIn(template.stackName);
  const other = own === undefined ? undefined : _callers.find(({ kind, name: caller }) => kind !== 'service' && ![undefined, own].includes(stageIn(caller)));
  return other === undefined ? [] : [{
    template,
    logicalId: resource.logicalId,
    location: 'Properties.AssumeRolePolicyDocument',
    problem: `by the names, ${stageIn(other.name)} reaches ${own}: ${name} can be assumed by ${other.name}`,
    fix: FIX,
  }];
}

/** Properties that hold the policy of a resource, with principals. */
const POLICIES = ['PolicyDocument', 'KeyPolicy', 'ResourcePolicy', 'RepositoryPolicyText', 'Policy', 'AccessPolicies', 'FileSystemPolicy'];

function ofResources(app: GuardrailApp, template: GuardrailTemplate): GuardrailFinding[] {
  const own = stageIn(template.stackName);
  return own === undefined ? [] : template.resources.flatMap(({ logicalId, type, properties }) => {
    const found = POLICIES.filter((property) => isRecord(properties[property])).flatMap((property) => (
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
function stageOf(arn: string): ReturnType<typeof stageIn> {
  return stageIn(arn.split(/[:/]/).at(-1)!);
}

function principalsOf({ Principal: principal }: Record<string, unknown>): string[] {
  return isRecord(principal) ? list(principal.AWS).map(String) : [];
}
