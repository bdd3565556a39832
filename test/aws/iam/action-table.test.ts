import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { actionListing, generateActionTable } from '../../../build/action-table';
import { factsOf } from '../../../src/aws/iam/action-table';
import { ACTION_TABLE } from '../../../src/aws/iam/action-table-data';
import { unpack } from '../../../src/aws/iam/packed';

const PROJECT = join(__dirname, '..', '..', '..');
const committed = readFileSync(join(PROJECT, 'src/aws/iam/action-table-data.ts'), 'utf8');

describe('the generated table', () => {
  // Compared unpacked, because another version of Node.js may pack the same text differently.
  test('is fresh: made from the data set that is installed', () => {
    expect(unpack(ACTION_TABLE)).toBe(actionListing());
    expect(committed.split('\n')[0]).toBe(generateActionTable().split('\n')[0]);
  });

  test('is made the same each time', () => {
    expect(generateActionTable()).toBe(generateActionTable());
  });

  test('stays small', () => {
    expect(committed.length).toBeLessThan(150_000);
  });

  test('holds what the data set says', () => {
    const words = unpack(ACTION_TABLE).split('\n').flatMap((line) => line.split(' ').slice(1));
    expect(words.length).toBeGreaterThan(20_000);
    expect(words.filter((word) => word.startsWith('!')).length).toBeGreaterThan(5_000);
  });

  test('is not read when the rules are loaded, only when they are asked', () => {
    const script = `
      const loaded = () => Object.keys(require.cache).some((file) => file.includes('action-table-data'));
      const { factsOf } = require('./src/aws/iam/action-table');
      require('./src/aws/access-rules');
      const before = loaded();
      factsOf('s3:GetObject');
      console.log(JSON.stringify([before, loaded()]));`;
    const out = execFileSync(process.execPath, ['--require', 'tsx/cjs', '--eval', script], { cwd: PROJECT, encoding: 'utf8' });
    expect(JSON.parse(out)).toEqual([false, true]);
  });
});

describe('factsOf', () => {
  test.each([
    ['s3:GetObject', 's3:GetObject'],
    ['S3:getobject', 's3:GetObject'],
    ['s3:ListAllMyBuckets', undefined],
    ['ec2:DescribeInstances', undefined],
    ['sts:GetCallerIdentity', undefined],
    ['dynamodb:PutItem', 'dynamodb:PutItem'],
  ])('%s: with resources %s', (action, withResources) => {
    expect(factsOf(action)).toMatchObject({ withResources, wholeService: false });
    expect(factsOf(action).covers).toHaveLength(1);
  });

  test.each(['s3:MakeCoffee', 'coffee:Make', 'coffee:*', 's3:Zzz*', 'nocolon', ''])('%s is unknown, so it may know resources', (action) => {
    expect(factsOf(action)).toEqual({ covers: [], withResources: action, wholeService: false });
  });

  test('a pattern covers what it matches and knows resources if one of them does', () => {
    expect(factsOf('xray:Put*Segments')).toMatchObject({ covers: ['xray:PutTraceSegments'], withResources: undefined });
    expect(factsOf('s3:ListAllMy*').withResources).toBeUndefined();
    expect(factsOf('s3:List*').withResources).toMatch(/^s3:List/);
    expect(factsOf('s3:List*').covers.length).toBeGreaterThan(5);
  });

  test('a pattern that covers its whole service says so', () => {
    expect(factsOf('dynamodb:*')).toMatchObject({ wholeService: true });
    expect(factsOf('dynamodb:?*')).toMatchObject({ wholeService: true });
    expect(factsOf('rds-db:con*')).toMatchObject({ wholeService: true });
    expect(factsOf('rds-db:connect')).toMatchObject({ wholeService: false });
    expect(factsOf('dynamodb:Get*')).toMatchObject({ wholeService: false });
  });
});
