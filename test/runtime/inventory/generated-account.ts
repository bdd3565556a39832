export const ACCOUNT = '111122223333';
export const NOW = new Date('2026-06-10T12:00:00Z');
const DAY_MS = 86_400_000;

export interface GeneratedRole {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly path: string;
  readonly createdAt: string;
  readonly trust: string;
  readonly inline: Readonly<Record<string, string>>;
  readonly attached: readonly string[];
  readonly boundary?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly lastUsedAt?: string;
}

export interface GeneratedUser {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly createdAt: string;
  readonly groups: readonly string[];
  readonly attached: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** The columns of the credential report that differ from an unused user. */
  readonly report: Readonly<Record<string, string>>;
}

export interface GeneratedAccount {
  readonly account: string;
  readonly roles: readonly GeneratedRole[];
  readonly users: readonly GeneratedUser[];
  readonly policies: Readonly<Record<string, string>>;
  report(): string;
}

/** Texts that break out of tables, pages, spreadsheets and terminals that take them as they are. */
export const HOSTILE = [
  '</script><img src=x onerror="document.title=\'owned\'">',
  '=HYPERLINK("http://evil.example","x")',
  '@SUM(1+1)*cmd|calc',
  '\u001b[2J\u001b[1A\u202eevil',
  'a,"b"\r\nc;d\te',
  '-2+3+cmd|\' /C calc\'!A0',
  '<!--<script>',
] as const;

/** Names that IAM allows and that a spreadsheet takes for a formula. */
const NAMES = ['=cmd', '@sum', '+1', '-x'] as const;

export function daysAgo(days: number): string {
  return new Date(NOW.getTime() - days * DAY_MS).toISOString().replace('.000Z', 'Z');
}

const allow = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
export const trust = (principal: object | string, condition?: object): string => allow({ Principal: principal, Action: 'sts:AssumeRole', ...(condition === undefined ? {} : { Condition: condition }) });
const federated = (provider: string, condition: object): string => (
  allow({ Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${provider}` }, Action: 'sts:AssumeRoleWithWebIdentity', Condition: condition }));
const GITHUB = 'token.actions.githubusercontent.com';
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/boundary`;

type Shape = (index: number) => Partial<GeneratedRole>;

/** Shapes of roles, which follow one another in turn. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  lambda: (index) => ({
    name: `Orders-Fn${index}ServiceRole-1A2B3C4D5E6F7`,
    trust: trust({ Service: 'lambda.amazonaws.com' }, { ArnLike: { 'aws:SourceArn': `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:orders-${index}` } }),
    inline: { access: allow({ Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::orders/*' }) },
    lastUsedAt: daysAgo(1),
    tags: { 'aws:cloudformation:stack-name': 'Orders', 'Owner': 'orders@example.com' },
  }),
  admin: (index) => ({ name: `admin-bot-${index}`, attached: ['arn:aws:iam::aws:policy/AdministratorAccess'], lastUsedAt: daysAgo(200) }),
  passes: (index) => ({ name: `deployer-${index}`, inline: { 'pass<b>': allow({ Action: ['iam:PassRole', 'lambda:InvokeFunction'], Resource: '*' }) } }),
  bounded: (index) => ({ name: `bounded-${index}`, attached: ['arn:aws:iam::aws:policy/AdministratorAccess'], boundary: BOUNDARY }),
  github: (index) => ({
    name: `ci-${index}`,
    trust: federated(GITHUB, { StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com', [`${GITHUB}:sub`]: `repo:acme/shop-${index}:ref:refs/heads/main` } }),
    lastUsedAt: daysAgo(3),
  }),
  openGithub: (index) => ({ name: `open-ci-${index}`, trust: federated(GITHUB, { StringLike: { [`${GITHUB}:aud`]: 'sts.amazonaws.com' } }) }),
  pod: (index) => ({
    name: `pod-${index}`,
    trust: federated('oidc.eks.eu-west-1.amazonaws.com/id/ABC', { StringEquals: { 'oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub': 'system:serviceaccount:shop:cart', 'oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud': 'sts.amazonaws.com' } }),
  }),
  vendor: (index) => ({ name: `DatadogRole-${index}`, trust: trust({ AWS: 'arn:aws:iam::464622532012:root' }, { StringEquals: { 'sts:ExternalId': 'abc' } }) }),
  stranger: (index) => ({ name: `partner-${index}`, trust: trust({ AWS: '999900001111' }) }),
  anyone: (index) => ({ name: `public-${index}`, trust: trust('*') }),
  deleted: (index) => ({ name: `legacy-${index}`, trust: trust({ AWS: 'AROAABCDEFGHIJKLMNOPQ' }), createdAt: daysAgo(900) }),
  shared: (index) => ({ name: `shared-${index}`, trust: trust({ Service: ['lambda.amazonaws.com', 'ec2.amazonaws.com'] }) }),
  mixed: (index) => ({ name: `shop-prod-${index}`, trust: trust({ AWS: `arn:aws:iam::${ACCOUNT}:role/shop-test-runner` }) }),
  people: (index) => ({ name: `Analysts-${index}`, trust: allow({ Principal: { Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/Okta` }, Action: 'sts:AssumeRoleWithSAML' }) }),
  identityCenter: (index) => ({ name: `AWSReservedSSO_Admin_${index}`, path: '/aws-reserved/sso.amazonaws.com/', attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
  serviceLinked: (index) => ({ name: `AWSServiceRoleForSupport${index}`, path: '/aws-service-role/support.amazonaws.com/', trust: trust({ Service: 'support.amazonaws.com' }) }),
  ofAws: () => ({ name: 'OrganizationAccountAccessRole', trust: trust({ AWS: 'arn:aws:iam::444455556666:root' }) }),
  agent: (index) => ({ name: `invoice-bot-test-${index}`, path: '/agents/test/', tags: { 'agent:name': 'invoice-bot', 'agent:stage': 'test', 'agent:registry': 'agents', 'agent:sponsor': 'ada@example.com' }, lastUsedAt: daysAgo(0) }),
  terraform: (index) => ({ name: `tf-${index}`, tags: { ManagedBy: 'Terraform', team: 'payments' }, lastUsedAt: daysAgo(10) }),
  hostile: (index) => ({
    name: `${NAMES[index % NAMES.length]}${index}`,
    tags: { 'owner': HOSTILE[index % HOSTILE.length], 'aws:cloudformation:stack-name': HOSTILE[(index + 1) % HOSTILE.length] },
    trust: trust({ AWS: HOSTILE[index % HOSTILE.length] }),
    inline: { hostile: allow({ Action: '*', Resource: '*', Condition: { StringEquals: { x: HOSTILE[0] } } }) },
  }),
  broken: (index) => ({ name: `broken-${index}`, trust: '{"Statement": [null, 7, {"Effect": "Allow"', inline: { broken: 'no JSON %' } }),
};

/** An account with roles of all shapes, in turn, and users of all kinds. */
export function generateAccount(roles = 1_000, users = 200): GeneratedAccount {
  const shapes = Object.values(SHAPES);
  // The same shape comes again with the next number.
  const all = Array.from({ length: roles }, (_, index) => roleOf(shapes[index % shapes.length](Math.floor(index / shapes.length)), index));
  const people = Array.from({ length: users }, (_, index) => userOf(index));
  return {
    account: ACCOUNT,
    roles: all,
    users: people,
    policies: {
      [BOUNDARY]: allow({ Action: 's3:GetObject', Resource: '*' }),
      'arn:aws:iam::aws:policy/AdministratorAccess': allow({ Action: '*', Resource: '*' }),
    },
    report: () => reportOf(people),
  };
}

export function roleOf(shape: Partial<GeneratedRole>, index: number): GeneratedRole {
  const { name = `role-${index}`, path = '/' } = shape;
  return {
    name,
    path,
    id: `AROA${String(index).padStart(16, '0')}`,
    arn: `arn:aws:iam::${ACCOUNT}:role${path}${name}`,
    createdAt: daysAgo(100 + (index % 5) * 300),
    trust: trust({ Service: 'ec2.amazonaws.com' }),
    inline: {},
    attached: [],
    tags: {},
    ...shape,
  };
}

const USERS: readonly Pick<GeneratedUser, 'groups' | 'attached' | 'tags' | 'report'>[] = [
  { groups: ['admins'], attached: [], tags: {}, report: { password_enabled: 'true', password_last_used: daysAgo(1), mfa_active: 'true' } },
  { groups: [], attached: [], tags: { owner: 'li@example.com' }, report: { access_key_1_active: 'true', access_key_1_last_rotated: daysAgo(400), access_key_1_last_used_date: daysAgo(2), access_key_1_last_used_service: 's3', access_key_1_last_used_region: 'eu-west-1' } },
  { groups: [], attached: [], tags: {}, report: { password_enabled: 'true', access_key_1_active: 'true', access_key_1_last_rotated: daysAgo(10) } },
  { groups: [], attached: ['arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3'], tags: {}, report: { access_key_2_active: 'false', access_key_2_last_rotated: daysAgo(700) } },
];

function userOf(index: number): GeneratedUser {
  const name = index === 3 ? '=user@x' : `user-${index}`;
  return { name, id: `AIDA${String(index).padStart(16, '0')}`, arn: `arn:aws:iam::${ACCOUNT}:user/${name}`, createdAt: daysAgo(800), ...USERS[index % USERS.length] };
}

const COLUMNS = [
  'user', 'arn', 'user_creation_time', 'password_enabled', 'password_last_used', 'password_last_changed', 'password_next_rotation', 'mfa_active',
  ...[1, 2].flatMap((key) => ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'].map((what) => `access_key_${key}_${what}`)),
  ...[1, 2].flatMap((certificate) => ['active', 'last_rotated'].map((what) => `cert_${certificate}_${what}`)),
];

export function reportOf(users: readonly GeneratedUser[]): string {
  const line = (known: Readonly<Record<string, string>>): string => COLUMNS.map((column) => known[column] ?? (/_active$|enabled$/.test(column) ? 'false' : 'N/A')).join(',');
  return [
    COLUMNS.join(','),
    line({ user: '<root_account>', arn: `arn:aws:iam::${ACCOUNT}:root`, user_creation_time: daysAgo(2000), password_enabled: 'not_supported', password_last_used: daysAgo(700), mfa_active: 'true' }),
    ...users.map(({ name, arn, createdAt, report }) => line({ user: name, arn, user_creation_time: createdAt, ...report })),
  ].join('\n');
}

const OF_GUIDE = [
  'lambda', 'admin', 'passes', 'github', 'openGithub', 'pod', 'vendor', 'stranger', 'deleted', 'shared', 'mixed', 'agent', 'terraform', 'people', 'serviceLinked',
];

/** The account of the guide: one role of each shape that explains something. */
export function guideAccount(): GeneratedAccount {
  return { ...generateAccount(0, 3), roles: OF_GUIDE.map((name, index) => roleOf(SHAPES[name](index + 1), index)) };
}
