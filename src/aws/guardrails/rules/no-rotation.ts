import { builtInRule } from './built-in-rule';
import { LIFECYCLE_RESOURCE_TYPE } from '../../../contract/lifecycle-resource';
import { isRecord } from '../../iam/statement';
import { GuardrailApp } from '../template/guardrail-app';
import { GuardrailResource } from '../template/guardrail-resource';
import { GuardrailTemplate } from '../template/guardrail-template';

/** Longest time between two rotations, in days. */
const MOST_DAYS = 366;

export const NO_ROTATION = builtInRule('no-rotation', {
  when: 'a secret of AWS Secrets Manager has no rotation, or one that is rarer than once a year',
  why: 'a copy of it works for as long as nobody changes it',
}, (app) => {
  const rotated = new Set(app.templates.flatMap((template) => template.resourcesOfType('AWS::SecretsManager::RotationSchedule')
    .filter(({ properties: { RotationRules: rules } }) => !isRare(rules))
    .map(({ properties }) => secretOf(app.resourceOf(template, properties.SecretId), app, template))));
  return app.templates.flatMap((template) => {
    const ofKeys = secretsOfKeys(template);
    return template.resourcesOfType('AWS::SecretsManager::Secret').filter((secret) => !rotated.has(secret) && !ofKeys.has(JSON.stringify(secret.properties.Name))).map(({ logicalId }) => ({
      template,
      logicalId,
      problem: `secret ${logicalId} is not rotated within a year`,
      fix: 'add addRotationSchedule() to it, or use credentials that expire by themselves, such as those of a role',
    }));
  });
});

/** Names of the secrets whose access keys a registry rotates. */
function secretsOfKeys(template: GuardrailTemplate): Set<string> {
  const lifecycles = template.resourcesOfType(LIFECYCLE_RESOURCE_TYPE);
  const keys = lifecycles.flatMap(({ properties: { AccessKeys: declared } }) => (Array.isArray(declared) ? declared : []));
  return new Set(keys.flatMap((key: { Secret?: unknown } | null) => (key?.Secret === undefined ? [] : [JSON.stringify(key.Secret)])));
}

/** An attachment of a secret to a database stands for the secret. */
function secretOf(resource: GuardrailResource | undefined, app: GuardrailApp, template: GuardrailApp['templates'][number]): GuardrailResource | undefined {
  return resource?.type === 'AWS::SecretsManager::SecretTargetAttachment' ? app.resourceOf(template, resource.properties.SecretId) : resource;
}

/** The CDK writes a rate. Of other schedules nothing is said. */
function isRare(rules: unknown): boolean {
  const { AutomaticallyAfterDays: days, ScheduleExpression: schedule } = isRecord(rules) ? rules : {};
  return Number(typeof days === 'object' ? NaN : days ?? /^rate\((\d+) days?\)$/.exec(typeof schedule === 'string' ? schedule : '')?.[1]) > MOST_DAYS;
}
