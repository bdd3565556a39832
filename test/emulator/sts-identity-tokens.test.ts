import { GetWebIdentityTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { Cloud, outcome } from './harness/cloud';
import { makeRole, sessionOf } from './harness/principals';

const ERP = 'https://erp.example.com';

let cloud: Cloud;

beforeAll(async () => {
  cloud = await Cloud.start();
});

afterAll(() => cloud.stop());

describe('sts-identity-tokens', () => {
  test('audiences, signing algorithm and duration of a request are condition keys', async () => {
    const Condition = {
      'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': ERP },
      'StringEquals': { 'sts:SigningAlgorithm': 'ES384' },
      'NumericLessThanEquals': { 'sts:DurationSeconds': '300' },
    };
    const role = await makeRole(cloud, 'pinned', [{ Action: 'sts:GetWebIdentityToken', Resource: '*', Condition }]);
    const sts = new STSClient(cloud.as(await sessionOf(cloud, role)));
    const ask = (changed: Partial<GetWebIdentityTokenCommand['input']> = {}) =>
      outcome(sts.send(new GetWebIdentityTokenCommand({ Audience: [ERP], SigningAlgorithm: 'ES384', DurationSeconds: 300, ...changed })));

    expect(await ask()).toBe('allowed');
    expect(await Promise.all([
      ask({ Audience: [ERP, 'https://payroll.example.com'] }), ask({ SigningAlgorithm: 'RS256' }), ask({ DurationSeconds: 301 }), ask({ DurationSeconds: undefined }),
    ])).toEqual(Array(4).fill('AccessDenied'));
  });
});
