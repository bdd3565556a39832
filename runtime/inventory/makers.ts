import { Maker } from './model';

interface Made {
  readonly name: string;
  readonly path: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** How each tool marks what it creates. The first row that fits is shown: tags before names, because a name may be anybody's. */
const MAKERS: readonly ((made: Made) => Maker | undefined)[] = [
  ({ tags }) => byTag(tags, 'aws:cloudformation:stack-name', 'CloudFormation', true),
  ({ tags }) => byTag(tags, 'lambda:createdBy', 'AWS SAM'),
  ({ tags }) => byTag(tags, 'alpha.eksctl.io/cluster-name', 'eksctl', true),
  ({ tags }) => byTag(tags, 'pulumi:stack', 'Pulumi', true),
  ({ tags }) => byTag(tags, 'pulumi:project', 'Pulumi', true),
  ({ tags }) => byTag(tags, 'crossplane-name', 'Crossplane'),
  ({ tags }) => byTag(tags, 'elasticbeanstalk:environment-name', 'Elastic Beanstalk', true),
  ({ tags }) => terraformTag(tags),
  ({ name }) => byName(/^cdk-[a-z0-9]+-(deploy|file-publishing|image-publishing|lookup|cfn-exec)-role-/, name, 'CDK bootstrap'),
  ({ name }) => byName(/^terraform-\d{17,}/, name, 'Terraform'),
  ({ name }) => byName(/^eksctl-/, name, 'eksctl'),
  ({ name }) => byName(/^amplify-/, name, 'Amplify'),
  ({ name }) => byName(/^BedrockAPIKey-/, name, 'Amazon Bedrock, for an API key'),
  ({ name }) => cloudFormationName(name),
  ({ path }) => (path.startsWith('/service-role/') ? { tool: 'console of an AWS service', evidence: 'path /service-role/' } : undefined),
];

/** The stack or tool that created an identity, if it left a mark. */
export function makerOf(made: Made): Maker | undefined {
  for (const maker of MAKERS) {
    const found = maker(made);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function byTag(tags: Made['tags'], key: string, tool: string, isStack = false): Maker | undefined {
  const value = tags[key];
  return value === undefined ? undefined : { tool, ...(isStack ? { stack: value } : {}), evidence: `tag ${key}` };
}

function terraformTag(tags: Made['tags']): Maker | undefined {
  const found = Object.entries(tags).find(([key, value]) => (
    /^terraform$/i.test(key) || (/^(managed[-_ ]?by|created[-_ ]?by|provisioner|tool)$/i.test(key) && /terraform|opentofu/i.test(value))));
  return found === undefined ? undefined : { tool: 'Terraform', evidence: `tag ${found[0]}` };
}

function byName(form: RegExp, name: string, tool: string): Maker | undefined {
  return form.test(name) ? { tool, evidence: 'form of its name' } : undefined;
}

/** CloudFormation names what has no name `<stack>-<logical id>-<12 or 13 characters>`. It does not say where the stack's name ends. */
function cloudFormationName(name: string): Maker | undefined {
  const found = /^(.+)-[A-Za-z0-9]+-(?=[A-Za-z]*\d)[A-Za-z0-9]{12,13}$/.exec(name);
  return found === null ? undefined : { tool: 'CloudFormation', stack: found[1], evidence: 'form of its name' };
}
