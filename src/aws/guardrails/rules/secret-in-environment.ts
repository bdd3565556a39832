import { builtInRule, listed } from './built-in-rule';
import { isSecretUnder, secretsAssignedIn } from './secret-text';
import { FoundSecret, secretsIn } from './secrets';
import { GuardrailFinding } from '../rule';
import { GuardrailApp } from '../template/guardrail-app';
import { GuardrailResource } from '../template/guardrail-resource';
import { GuardrailTemplate } from '../template/guardrail-template';
import { contentsOf } from '../template/template-value';

/** Properties that a service shows to everyone who may look at the resource, and gives to a process. */
const ENVIRONMENT = /(^|\.)(Environment|EnvironmentVariables|RuntimeEnvironmentVariables|Variables|DefaultArguments|UserData)(\.|$)/;
/** Texts that assign variables. */
const SCRIPT = /\.UserData$/;
const SCRIPTS: Readonly<Record<string, RegExp>> = {
  'AWS::CodeBuild::Project': /\.BuildSpec$/,
  'AWS::ECS::TaskDefinition': /\.(?:Command|EntryPoint)(?:\.|$)/,
  'AWS::Batch::JobDefinition': /\.Command(?:\.|$)/,
};
/** Of CodeBuild, which reads the value itself. */
const READ_LATER = ['PARAMETER_STORE', 'SECRETS_MANAGER'];

export const SECRET_IN_ENVIRONMENT = builtInRule('secret-in-environment', {
  when: 'an environment variable, an argument, a build\'s description or user data holds a secret, or a literal under a name such as `API_KEY`',
  why: 'everyone who may describe the resource can read it, and so can everything that runs in the process',
}, (app) => app.templates.flatMap((template) => template.resources.flatMap((resource) => findingsIn(app, template, resource))));

function findingsIn(app: GuardrailApp, template: GuardrailTemplate, resource: GuardrailResource): GuardrailFinding[] {
  const found = [...secretsIn(app, template, withoutReadLater(resource.properties), 'Properties').filter(({ at }) => ENVIRONMENT.test(at)), ...literals(resource)];
  return found.length === 0 ? [] : [{
    template,
    logicalId: resource.logicalId,
    location: found[0].at,
    problem: `${resource.type} ${resource.logicalId} has in its environment ${listed(found.map(({ what }) => what))}`,
    fix: 'put the secret into AWS Secrets Manager, pass its ARN or name, and let the code or the service read it when it runs',
  }];
}

/** Literal values under a name of a secret. */
function literals({ type, properties }: GuardrailResource): FoundSecret[] {
  const { texts } = contentsOf(withoutReadLater(properties), 'Properties');
  const nameAt = new Map(texts.map(({ at, text }) => [at, text]));
  return texts.flatMap(({ at, text }) => {
    if (SCRIPT.test(at) || (Object.hasOwn(SCRIPTS, type) && SCRIPTS[type].test(at))) {
      return secretsAssignedIn(text).map((name) => ({ at, what: `a literal in ${name}` }));
    }
    const [, list, key] = /^(.*)\.([^.]+)$/.exec(at) ?? [];
    const name = key === 'Value' ? nameAt.get(`${list}.Name`) ?? nameAt.get(`${list}.Key`) ?? '' : key ?? '';
    return ENVIRONMENT.test(at) && isSecretUnder(name, text) ? [{ at, what: `a literal in ${name}` }] : [];
  });
}

function withoutReadLater(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || depth > 20) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((one) => withoutReadLater(one, depth + 1));
  }
  return READ_LATER.includes((value as { Type?: unknown }).Type as string) ? {}
    : Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutReadLater(one, depth + 1)]));
}
