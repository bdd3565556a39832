import fc from 'fast-check';
import * as ts from 'typescript';
import { PLACE } from './tables';
import { AgentRow, Definition, generate } from '../../../runtime/adoption';
import { accessCode } from '../../../runtime/adoption/code/access-code';
import { commentLines, literal } from '../../../runtime/adoption/code/literal';
import { runtimeCode } from '../../../runtime/adoption/code/runtime-code';
import { writtenBefore } from '../../../runtime/adoption/code/written-file';
import { AgentStage } from '../../../src/core';
import { HOSTILE, trust } from '../inventory/generated-account';

const AGENT: AgentRow = {
  how: 'adopt',
  type: 'role',
  arn: 'arn:aws:iam::111122223333:role/legacy',
  account: '111122223333',
  agentName: 'legacy-bot',
  purpose: 'Books invoices',
  sponsor: { kind: 'person', name: 'Ada', email: 'ada@example.com', accountableName: 'Ada', accountableEmail: 'ada@example.com', backupEmail: 'li@example.com', id: 'ada@example.com' },
  stage: AgentStage.PRODUCTION,
  expires: '2027-03-31',
  onRemoval: 'release',
  stackName: 'adopted-production',
  isAgent: false,
};
const BREAKERS = [...HOSTILE, '\'); process.exit(1); (\'', '`${process.exit(1)}`', '*/ process.exit(1); /*', '\\', '\\\'', '\n//', '\u2028process.exit(1)', '\r', '\ud800', '"', '__proto__'];
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...BREAKERS), fc.tuple(fc.constantFrom(...BREAKERS), fc.string({ unit: 'grapheme' })).map((parts) => parts.join('')));

/** What an expression of literals is when it is run. */
function valueOf(code: string): unknown {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is what the law is about
  return new Function(`return (${code});`)();
}

describe('literals', () => {
  test('a text is itself again, byte for byte', () => {
    fc.assert(fc.property(text, (one) => {
      const code = literal(one);
      expect(valueOf(code)).toBe(one);
      expect(code).not.toMatch(/[\n\r\u2028\u2029\p{C}]/u);
    }));
  });

  test('so is any JSON', () => {
    fc.assert(fc.property(fc.jsonValue({ stringUnit: 'binary' }), text, (value, key) => {
      const all = JSON.parse(JSON.stringify({ value, list: [value], [key]: key })) as object;
      expect(valueOf(literal(all))).toEqual(all);
      expect(Object.keys(valueOf(literal(all)) as object).sort()).toEqual(Object.keys(all).sort());
    }));
  });

  test('a key that would set the prototype is a member', () => {
    expect(Object.keys(valueOf(literal(JSON.parse('{"__proto__": {"a": 1}}'))) as object)).toEqual(['__proto__']);
  });

  test('a comment ends with its line', () => {
    fc.assert(fc.property(text, (one) => {
      const source = ts.createSourceFile('x.ts', commentLines(one).join('\n'), ts.ScriptTarget.Latest);
      expect(source.statements).toHaveLength(0);
    }));
  });
});

/** The kinds of a source's nodes, without what stands in its literals and names. */
function shapeOf(code: string): string {
  const source = ts.createSourceFile('x.ts', code, ts.ScriptTarget.Latest, true);
  expect((source as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics).toEqual([]);
  const shape = (node: ts.Node): string => `${node.kind}(${node.getChildren(source).map(shape).join('')})`;
  return shape(source);
}

function textsIn(code: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node)) {
      found.push(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('x.ts', code, ts.ScriptTarget.Latest));
  return found;
}

test('no text of a row changes anything of the code but its own literal', () => {
  const [{ text: plain }] = generate([AGENT], new Map(), PLACE);
  fc.assert(fc.property(text, text, text, (purpose, name, arn) => {
    const [{ text: code }] = generate([{ ...AGENT, purpose, arn, sponsor: { ...AGENT.sponsor, name } }], new Map(), PLACE);
    expect(shapeOf(code)).toBe(shapeOf(plain));
    expect(textsIn(code)).toEqual(expect.arrayContaining([purpose, arn, name]));
  }), { numRuns: 60 });
});

test('no policy, trust policy or name of one changes the code of a migration, and what is taken over is as it was', () => {
  const migrating: AgentRow = { ...AGENT, how: 'migrate', stackName: 'agent-legacy-bot' };
  const definitionOf = (one: string, other: string): Definition => ({
    trust: trust({ AWS: one }),
    boundary: other,
    policies: [
      { name: one, document: JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/x', Condition: { StringEquals: { 'aws:PrincipalTag/x': `a${other}` } } }] }) },
      { name: other, document: JSON.stringify({ Statement: [{ Effect: 'Allow', Action: one, Resource: other }] }) },
    ],
  });
  const codeOf = (definition: Definition): string[] => generate([migrating], new Map([[AGENT.arn, definition]]), PLACE).map((file) => file.text);
  const [plain] = codeOf(definitionOf('x', 'y'));
  const safe = text.filter((one) => one !== '' && !/\{\{\s*resolve|\{Token\[/.test(one));
  fc.assert(fc.property(safe, safe, (one, other) => {
    const [code, steps] = codeOf(definitionOf(one, other));
    expect(shapeOf(code)).toBe(shapeOf(plain));
    expect(textsIn(code)).toContain(`a${other}`);
    // No text makes a line of its own in what people read.
    expect(steps.split('\n')).toHaveLength(codeOf(definitionOf('x', 'y'))[1].split('\n').length);
  }), { numRuns: 60 });
});

test('the code follows from the rows alone, and says whether it was changed', () => {
  const files = () => generate([AGENT, { ...AGENT, agentName: 'other-bot', arn: `${AGENT.arn}-2` }], new Map(), PLACE);
  expect(files()).toEqual(files());
  const [{ text: code }] = files();

  expect(writtenBefore(code)).toMatchObject({ isUnchanged: true, agents: [{ agentName: 'legacy-bot', how: 'adopt', onRemoval: 'release' }, { agentName: 'other-bot' }] });
  expect(writtenBefore(code.replace(/\n/g, '\r\n'))).toMatchObject({ isUnchanged: true });
  expect(writtenBefore(code.replace('Books', 'Reads'))).toMatchObject({ isUnchanged: false });
  expect(writtenBefore(code.replace(/^.*\n/, ''))).toBeUndefined();
});

describe('the runtime', () => {
  const federated = (provider: string, claims: Record<string, string | string[]>) => JSON.stringify({
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity', Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${provider}` }, Condition: { StringEquals: Object.fromEntries(Object.entries(claims).map(([claim, value]) => [`${provider}:${claim}`, value])) } }],
  });
  const service = (name: string) => trust({ Service: `${name}.amazonaws.com` });
  const GITHUB = 'token.actions.githubusercontent.com';
  const pod = { Statement: [{ Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: ['sts:AssumeRole', 'sts:TagSession'], Condition: { StringEquals: { 'aws:RequestTag/eks-cluster-name': 'shop', 'aws:RequestTag/kubernetes-namespace': 'cart', 'aws:RequestTag/kubernetes-service-account': 'bot' } } }] };

  test.each([
    [service('lambda'), 'AgentRuntime.lambda()'],
    [service('ecs-tasks'), 'AgentRuntime.ecsTask()'],
    [service('states'), 'AgentRuntime.stepFunctions()'],
    [trust({ Service: 'ec2.amazonaws.com.cn' }), 'AgentRuntime.ec2()'],
    [JSON.stringify(pod), "AgentRuntime.eksPodIdentity({ cluster: eks.Cluster.fromClusterAttributes(this, 'Cluster-bot', { clusterName: 'shop' }), namespace: 'cart', serviceAccount: 'bot' })"],
    [federated(GITHUB, { sub: 'repo:acme/shop:environment:production', aud: 'sts.amazonaws.com', repository_id: '1', repository_owner_id: '2' }), "AgentRuntime.githubActions({ repository: 'acme/shop', repositoryId: '1', ownerId: '2', environment: 'production' })"],
    [federated(GITHUB, { sub: 'repo:acme/shop:ref:refs/heads/main', aud: 'sts.amazonaws.com' }), `AgentRuntime.oidc({ issuer: 'https://${GITHUB}', subject: 'repo:acme/shop:ref:refs/heads/main', audience: 'sts.amazonaws.com' })`],
    [federated('gitlab.com', { sub: 'project_path:acme/shop:ref_type:branch:ref:main', aud: 'https://gitlab.com' }), "AgentRuntime.gitlab({ projectPath: 'acme/shop', branch: 'main' })"],
    [federated('app.terraform.io', { sub: 'organization:acme:project:p:workspace:w:run_phase:apply', aud: 'aws.workload.identity' }), "AgentRuntime.terraformCloud({ organization: 'acme', project: 'p', workspace: 'w' })"],
    [federated('oidc.eks.eu-west-1.amazonaws.com/id/ABC', { sub: 'system:serviceaccount:shop:cart', aud: 'sts.amazonaws.com' }), "AgentRuntime.eksServiceAccount({ issuer: 'https://oidc.eks.eu-west-1.amazonaws.com/id/ABC', namespace: 'shop', serviceAccount: 'cart' })"],
  ])('%s is %s', (document, code) => {
    const found = runtimeCode({ trust: document, policies: [] }, 'bot');

    expect([found.code, found.undecided]).toEqual([code, undefined]);
  });

  test.each([
    ['two services', trust({ Service: ['lambda.amazonaws.com', 'ec2.amazonaws.com'] })],
    ['an account', trust({ AWS: '999900001111' })],
    ['anyone', trust('*')],
    ['a service without a method', service('events')],
    ['pods of any cluster', service('pods.eks')],
    ['any subject', federated(GITHUB, { aud: 'sts.amazonaws.com' })],
    ['a pattern of subjects', federated(GITHUB, { sub: 'repo:acme/*', aud: 'sts.amazonaws.com' })],
    ['two subjects', federated(GITHUB, { sub: ['repo:acme/a:ref:x', 'repo:acme/b:ref:x'], aud: 'sts.amazonaws.com' })],
    ['people', JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRoleWithSAML', Principal: { Federated: 'arn:aws:iam::111122223333:saml-provider/Okta' } }] })],
    ['no JSON', '{'],
    ['everyone but some', JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', NotPrincipal: { AWS: '1' } }] })],
    ['no one', JSON.stringify({ Statement: [] })],
    ['a subject that CloudFormation would replace by a secret', federated('idp.example.com', { sub: '{{resolve:secretsmanager:erp}}', aud: 'sts.amazonaws.com' })],
    ['an audience that CloudFormation would replace', federated('idp.example.com', { sub: 'bot', aud: '{{ resolve:ssm:x}}' })],
    ['a cluster that CloudFormation would replace', JSON.stringify(pod).replace('"shop"', '"{{resolve:ssm:x}}"')],
    ['a placeholder of the CDK as a subject', federated('idp.example.com', { sub: '#{Token[TOKEN.1]}', aud: 'sts.amazonaws.com' })],
  ])('%s is for a person to decide, and no one can assume the role', (_what, document) => {
    expect(runtimeCode({ trust: document, policies: [] }, 'bot')).toMatchObject({ code: expect.stringContaining('undecided.invalid'), undecided: expect.any(String) });
  });

  test.each(['a`id`', 'a;id', 'a b', '-H', 'a&b', 'a|b', 'a\'b', 'a>b'])('the command in a hint has no owner of the name %s; twin: it has one that GitHub allows', (owner) => {
    const hintOf = (name: string) => runtimeCode({ trust: federated(GITHUB, { sub: `repo:${name}/shop:ref:refs/heads/main`, aud: 'sts.amazonaws.com' }), policies: [] }, 'bot').hint;
    expect(hintOf(owner)).toMatch(/gh api repos\/<owner>\/<repository> --jq/);
    expect(hintOf('acme-corp')).toMatch(/gh api repos\/acme-corp\/shop --jq/);
  });

  test('a function in a VPC is known by the policy of AWS', () => {
    const policies = [{ name: 'AWSLambdaVPCAccessExecutionRole', arn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole' }];
    const definition = { trust: service('lambda'), policies };

    expect(runtimeCode(definition, 'bot').code).toBe('AgentRuntime.lambda({ vpc: true })');
    expect(accessCode(definition, 'agents', true)).toEqual({ taken: [], open: [], ofRuntime: ['AWSLambdaVPCAccessExecutionRole'] });
    expect(accessCode(definition, 'agents', false).open).toHaveLength(1);
  });
});

describe('access', () => {
  const TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders';
  const of = (statement: object) => accessCode({ policies: [{ name: 'p', document: JSON.stringify({ Statement: statement }) }] }, 'agents', false);
  const GET = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: TABLE };

  test.each<[string, object]>([
    ['exact actions on one resource', GET],
    ['lists', { ...GET, Action: ['dynamodb:GetItem', 'dynamodb:Query'], Resource: [TABLE, `${TABLE}/index/*`] }],
    ['objects of a bucket', { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::orders/in/*' }],
    ['a condition', { ...GET, Condition: { StringEquals: { 'dynamodb:LeadingKeys': ['a'] }, Bool: { 'aws:SecureTransport': true } } }],
    ['a number', { ...GET, Condition: { NumericLessThan: { 's3:max-keys': 10.5 } } }],
    ['a Deny, whatever it names', { Effect: 'Deny', NotAction: 's3:*', Resource: '*' }],
  ])('%s is taken over as it was', (_what, statement) => {
    expect(of({ Sid: 'x', ...statement })).toEqual({ taken: [{ policy: 'p', statement }], open: [], ofRuntime: [] });
  });

  test.each<[string, object]>([
    ['a pattern of actions', { ...GET, Action: 'dynamodb:Get*' }],
    ['everything but', { Effect: 'Allow', NotAction: 'iam:*', Resource: TABLE }],
    ['everything but a resource', { Effect: 'Allow', Action: 'dynamodb:GetItem', NotResource: TABLE }],
    ['every resource', { ...GET, Resource: '*' }],
    ['every table', { ...GET, Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/*' }],
    ['every bucket', { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::*/x' }],
    // eslint-disable-next-line no-template-curly-in-string -- a variable of a policy
    ['a variable', { ...GET, Resource: `${TABLE}-\${aws:username}` }],
    ['other identities', { Effect: 'Allow', Action: 'iam:PassRole', Resource: 'arn:aws:iam::111122223333:role/x' }],
    ['a session of another role', { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::111122223333:role/x' }],
    ['who may use a resource', { Effect: 'Allow', Action: 's3:PutBucketPolicy', Resource: 'arn:aws:s3:::orders' }],
    ['the code of a function', { Effect: 'Allow', Action: 'lambda:UpdateFunctionCode', Resource: 'arn:aws:lambda:eu-west-1:111122223333:function:x' }],
    ['the registry', { ...GET, Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/agents-nhi-ledger' }],
    ['a secret of an agent', { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:agents/x/y' }],
    ['a dynamic reference', { ...GET, Condition: { StringEquals: { x: '{{resolve:ssm:x}}' } } }],
    ['a principal', { ...GET, Principal: '*' }],
    ['no effect', { Action: 'dynamodb:GetItem', Resource: TABLE }],
    ['no texts', { ...GET, Action: [1] }],
    ['a number that stands for a placeholder of the CDK', { ...GET, Condition: { NumericLessThan: { 's3:max-keys': -1.8881545897087626e+289 } } }],
  ])('%s is for a person to decide', (_what, statement) => {
    expect(of(statement)).toMatchObject({ taken: [], open: [{ policy: 'p', why: expect.stringMatching(/./), text: JSON.stringify(statement) }] });
  });

  test('what can\'t be read is said: no JSON, no text, a Deny of another form', () => {
    expect(accessCode({ policies: [{ name: 'a', document: '{' }, { name: 'b' }] }, 'agents', false).open.map(({ policy, why }) => `${policy}: ${why}`)).toEqual(['a: it is no JSON', 'b: IAM\'s listing does not have its text']);
    expect(of({ Effect: 'Deny', Action: 1, Resource: '*' }).open).toMatchObject([{ isDeny: true }]);
  });

  test('more than fits into the policies of an agent is for a person to decide', () => {
    const statements = Array.from({ length: 400 }, (_, index) => ({ ...GET, Resource: `${TABLE}-${index}` }));
    const { taken, open } = of(statements);

    expect(taken.length + open.length).toBe(400);
    expect(JSON.stringify(taken.map(({ statement }) => statement)).length).toBeLessThan(21_000);
    expect(open.at(-1)!.why).toMatch(/longer than the policies of one agent/);
  });
});
