import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { GuardrailTemplate, TemplatePlace } from './guardrail-template';
import { isRecord } from '../../iam/statement';

/** A template that could not be read, and why. */
export interface Unreadable {
  readonly path: string;
  readonly reason: string;
}

export interface ReadTemplates {
  readonly templates: readonly GuardrailTemplate[];
  readonly unreadable: readonly Unreadable[];
  /** Parts that CloudFormation makes or reads elsewhere at deployment, so that nothing here shows which principals they create. */
  readonly hidden: readonly HiddenPart[];
}

export interface HiddenPart extends Unreadable {
  /** What of the template, if it is not the whole. */
  readonly logicalId?: string;
}

/**
 * Reads the templates of stacks, and those nested in them, which a plugin is not given. The stack's name, account and region are in the manifest of the cloud
 * assembly: the oldest CDK that the package allows gives a plugin the paths and nothing else.
 */
export function readTemplates(paths: readonly string[]): ReadTemplates {
  const unreadable: Unreadable[] = [];
  const seen = new Set<string>();
  const manifests = new Map<string, Artifacts>();
  const templates = paths.flatMap((path) => readWithNested(placeOf(path, manifestIn(dirname(path)))));
  return { templates, unreadable, hidden: templates.flatMap((template) => hiddenIn(template).map((part) => ({ path: template.path, ...part }))) };

  function manifestIn(folder: string): Artifacts {
    const known = manifests.get(folder) ?? artifactsByFile(readJson(join(folder, 'manifest.json')));
    manifests.set(folder, known);
    return known;
  }

  function readWithNested(place: TemplatePlace): GuardrailTemplate[] {
    if (seen.has(place.path)) {
      return [];
    }
    seen.add(place.path);
    try {
      const template = GuardrailTemplate._of(place, JSON.parse(readFileSync(place.path, 'utf8')));
      return [template, ...nestedIn(template).flatMap((path) => readWithNested({ ...place, path }))];
    } catch (error) {
      unreadable.push({ path: place.path, reason: (error as Error).message });
      return [];
    }
  }
}

/** Transforms that create no principal of the app's own. */
const HARMLESS = ['AWS::LanguageExtensions', 'AWS::CodeDeployBlueGreen'];
const OWN_CODE = /^AWS::SecretsManager-/;
const SERVERLESS = 'AWS::Serverless-2016-10-31';
const ROTATION = /:applications\/SecretsManager\w+Rotation/;
const LOOP = 'Fn::ForEach::';
const INCLUDE = '"Fn::Transform":';

/** Whether the only serverless resources are the functions of AWS that rotate secrets of databases, which the CDK takes from the Serverless Application Repository. */
function onlyRotates(template: GuardrailTemplate): boolean {
  const serverless = template.resources.filter(({ type }) => type.startsWith('AWS::Serverless::'));
  return serverless.length > 0 && serverless.every(({ type, properties: { Location: location } }) => (
    type === 'AWS::Serverless::Application' && ROTATION.test(JSON.stringify([location, template._mappings]))));
}

function hiddenIn(template: GuardrailTemplate): Omit<HiddenPart, 'path'>[] {
  const macros = template._transforms.filter((name) => !HARMLESS.includes(name) && !OWN_CODE.test(name)
    && !(name === SERVERLESS && onlyRotates(template)));
  const remote = template.resourcesOfType(NESTED).filter(({ properties: { TemplateURL: url } }) => typeof url === 'string').map(({ logicalId }) => logicalId);
  return [
    ...macros.map((name) => ({ reason: `the transform ${name} makes resources at deployment` })),
    ...template._keys.filter((key) => key.startsWith(LOOP)).map((key) => ({ reason: `${key} makes resources at deployment` })),
    ...template._text.includes(INCLUDE) ? [{ reason: 'Fn::Transform puts something in at deployment' }] : [],
    ...remote.map((logicalId) => ({ logicalId, reason: `the template of the nested stack ${logicalId} is not in the app` })),
  ];
}

const ASSET_PATH = 'aws:asset:path';
const NESTED = 'AWS::CloudFormation::Stack';

/** File of a nested stack. Undefined if the app writes no paths of assets into its templates. */
export function nestedPathOf(template: GuardrailTemplate, logicalId: string): string | undefined {
  const path = template._find(logicalId)?._metadata[ASSET_PATH];
  return typeof path === 'string' ? join(dirname(template.path), basename(path)) : undefined;
}

function nestedIn(template: GuardrailTemplate): string[] {
  const nested = template.resourcesOfType(NESTED);
  const paths = nested.flatMap(({ logicalId }) => nestedPathOf(template, logicalId) ?? []);
  return paths.length === nested.length ? paths : assetsOf(template.path);
}

/** Templates that the stack uploads. The manifest of its assets lists those of nested stacks too. */
function assetsOf(templatePath: string): string[] {
  const manifest = readJson(templatePath.replace(/\.template\.json$/, '.assets.json'));
  const files = isRecord(manifest) && isRecord(manifest.files) ? Object.values(manifest.files) : [];
  return files.flatMap((file) => {
    const path = isRecord(file) && isRecord(file.source) ? file.source.path : undefined;
    return typeof path === 'string' && path.endsWith('.nested.template.json') ? [join(dirname(templatePath), basename(path))] : [];
  });
}

type Artifacts = ReadonlyMap<string, readonly [name: string, artifact: Record<string, unknown>]>;

/** The stacks of an assembly's manifest, by the files of their templates. */
function artifactsByFile(manifest: unknown): Artifacts {
  const artifacts = isRecord(manifest) && isRecord(manifest.artifacts) ? Object.entries(manifest.artifacts) : [];
  return new Map(artifacts.flatMap(([name, artifact]) => (
    isRecord(artifact) && isRecord(artifact.properties) && typeof artifact.properties.templateFile === 'string'
      ? [[artifact.properties.templateFile, [name, artifact]] as const] : [])));
}

function placeOf(path: string, artifacts: Artifacts): TemplatePlace {
  const [name, artifact] = artifacts.get(basename(path)) ?? [];
  if (artifact === undefined) {
    return { path, stackName: basename(path).replace(/\.template\.json$/, '') };
  }
  const { stackName } = artifact.properties as Record<string, unknown>;
  const [, account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(String(artifact.environment)) ?? [];
  return {
    path,
    stackName: typeof stackName === 'string' ? stackName : name,
    ...(account === undefined || account === 'unknown-account' ? {} : { account }),
    ...(region === undefined || region === 'unknown-region' ? {} : { region }),
  };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Parameters that the outer template gives a nested one. */
export function parametersOf(template: GuardrailTemplate, logicalId: string): Record<string, unknown> {
  const given = template._find(logicalId)?.properties.Parameters;
  return isRecord(given) ? given : {};
}

export function nestedStacksOf(template: GuardrailTemplate): string[] {
  return template.resourcesOfType(NESTED).map(({ logicalId }) => logicalId);
}
