import { builtInRule } from './built-in-rule';
import { secretsIn } from './secrets';

export const SECRET_IN_OUTPUT = builtInRule('secret-in-output', {
  when: 'an output shows a secret: a secret access key, a client secret, the key of an API, a hidden parameter, a dynamic reference',
  why: 'everyone who may describe the stack can read it, and it stays in the logs of each deployment',
}, (app) => app.templates.flatMap((template) => Object.entries(template._outputs).flatMap(([logicalId, output]) => (
  secretsIn(app, template, output.Value, 'Value').slice(0, 1).map(({ what }) => ({
    template,
    logicalId,
    location: `Outputs.${logicalId}.Value`,
    problem: `output ${logicalId} shows ${what}`,
    fix: 'remove the output; put the secret into AWS Secrets Manager and show its ARN',
  }))))));
