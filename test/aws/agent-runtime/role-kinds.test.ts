import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ROLE_KINDS } from '../../../src/aws/agent-runtime/role-kinds';

interface ResourceSchema {
  readonly cloudFormationType: string;
  readonly properties: Readonly<Record<string, { readonly causesReplacement?: 'yes' | 'no' | 'maybe' }>>;
}

/** CloudFormation's schemas, as the CDK's command has them for `cdk diff`. */
const { schema } = JSON.parse(gunzipSync(readFileSync(join(dirname(require.resolve('aws-cdk/package.json')), 'db.json.gz'))).toString()) as
  { schema: { resource: { entities?: Record<string, ResourceSchema> } & Record<string, ResourceSchema> } };
const SCHEMAS = new Map(Object.values(schema.resource.entities ?? schema.resource).map((one) => [one.cloudFormationType, one]));

const inLowerCase = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
const replacing = ({ properties }: ResourceSchema): string[] => Object.entries(properties).filter(([, { causesReplacement }]) => causesReplacement === 'yes').map(([name]) => inLowerCase(name));

/** A new revision has the name of the former one, so that nothing stands in its way. */
const REVISIONS = ['AWS::ECS::DaemonTaskDefinition', 'AWS::ECS::TaskDefinition'];
/** They have a role in which no agent runs: that of the nodes of a cluster, or of the service itself. */
const NO_AGENTS = ['AWS::ECS::ExpressGatewayService', 'AWS::ECS::Service'];

test('the schemas are those of CloudFormation', () => {
  expect(SCHEMAS.size).toBeGreaterThan(1_000);
  expect([...Object.keys(ROLE_KINDS)].filter((type) => !SCHEMAS.has(type))).toEqual([]);
});

test.each(Object.entries(ROLE_KINDS))('%s: its name is said to be fixed exactly if it is replaced when its role changes', (type, { at, fixedName }) => {
  const properties = replacing(SCHEMAS.get(type)!);
  const isReplaced = properties.some((name) => at.test(name)) && !REVISIONS.includes(type);
  expect(fixedName !== undefined).toBe(isReplaced);
  expect(fixedName === undefined || properties.includes(fixedName)).toBe(true);
});

test('no resource of these services whose role can\'t be changed is missing', () => {
  const services = /^AWS::(Batch|Bedrock|BedrockAgentCore|CodeBuild|ECS|Glue|Lambda|Pipes|SageMaker|Scheduler|StepFunctions)::/;
  const withFixedRole = [...SCHEMAS.values()].filter((one) => services.test(one.cloudFormationType) && replacing(one).some((name) => /role(arn)?$/i.test(name)));
  const types = withFixedRole.map(({ cloudFormationType }) => cloudFormationType);
  expect(types.filter((type) => ROLE_KINDS[type] === undefined && !NO_AGENTS.includes(type))).toEqual([]);
});
