import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { agentsIn, DeclaredAgent, resourcesIn, TemplateResource } from './declared-agent';
import { InvalidInputError, reasonOf } from '../../../src/core/errors';

/** A stack with its agents, those of its nested stacks included. */
export interface AgentStack {
  readonly stackName: string;
  /** Undefined if the app leaves it to the credentials. */
  readonly account?: string;
  readonly region?: string;
  readonly agents: readonly DeclaredAgent[];
}

const manifest = z.object({
  artifacts: z.record(z.string(), z.object({
    type: z.string(),
    environment: z.string().optional(),
    properties: z.object({
      templateFile: z.string().optional(), stackName: z.string().optional(), directoryName: z.string().optional(),
    }).default({}),
  })).default({}),
});

const assets = z.object({
  files: z.record(z.string(), z.object({
    source: z.object({ path: z.string().optional() }),
    destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
  })).default({}),
});

const STACK = 'aws:cloudformation:stack';
/** A stage of CDK Pipelines, with an assembly of its own. */
const NESTED_ASSEMBLY = 'cdk:cloud-assembly';
const ENVIRONMENT = /^aws:\/\/(\d{12}|unknown-account)\/([a-z0-9-]+)$/;

/**
 * The stacks of a synthesized app, in the order of the manifest.
 *
 * @param directory where `cdk synth` wrote it, usually cdk.out
 * @throws InvalidInputError `AssemblyUnreadable`, `TemplateUnreadable`
 */
export function stacksIn(directory: string): AgentStack[] {
  return Object.entries(manifestIn(directory).artifacts).flatMap(([id, { type, environment = '', properties }]) => {
    if (type === NESTED_ASSEMBLY) {
      return stacksIn(join(directory, properties.directoryName ?? id));
    }
    if (type !== STACK || properties.templateFile === undefined) {
      return [];
    }
    const [, account, region] = ENVIRONMENT.exec(environment) ?? [];
    return [{
      stackName: properties.stackName ?? id,
      ...(account === undefined || account === 'unknown-account' ? {} : { account }),
      ...(region === undefined || region === 'unknown-region' ? {} : { region }),
      agents: agentsOf(join(directory, properties.templateFile)),
    }];
  });
}

function manifestIn(directory: string): z.infer<typeof manifest> {
  try {
    return manifest.parse(JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')));
  } catch (error) {
    throw new InvalidInputError('AssemblyUnreadable', `${directory} is not a synthesized app (${reasonOf(error).slice(0, 200)}): run cdk synth, and name its output, usually cdk.out`);
  }
}

function agentsOf(file: string): DeclaredAgent[] {
  const resources = resourcesIn(file, readFileSync(file, 'utf8'));
  const nested = Object.values(resources).filter(({ Type: type }) => type === 'AWS::CloudFormation::Stack');
  return [...agentsIn(file, resources), ...nested.flatMap((stack) => agentsOf(templateOf(dirname(file), stack)))];
}

/** The file of a nested stack's template: the asset whose key its URL contains. */
function templateOf(directory: string, { Properties: properties }: TemplateResource): string {
  const url = JSON.stringify((properties as { TemplateURL?: unknown } | undefined)?.TemplateURL ?? '');
  for (const manifestFile of readdirSync(directory).filter((name) => name.endsWith('.assets.json'))) {
    const { files } = assets.parse(JSON.parse(readFileSync(join(directory, manifestFile), 'utf8')));
    const [path] = Object.values(files).filter(({ destinations }) => Object.values(destinations).some(({ objectKey }) => url.includes(objectKey)))
      .flatMap(({ source }) => source.path ?? []);
    if (path !== undefined) {
      return join(directory, path);
    }
  }
  throw new InvalidInputError('TemplateUnreadable', `${directory} has no template for the nested stack at ${url.slice(0, 200)}: synthesize the app again`);
}
