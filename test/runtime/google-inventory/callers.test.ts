import { callerOf, Neighbours } from '../../../runtime/google-inventory/members';
import { Caller } from '../../../src/core/identities/caller';

const POOL = 'iam.googleapis.com/projects/7/locations/global/workloadIdentityPools/ci';
const WHERE: Neighbours = {
  project: 'acme-shop',
  projects: new Set(['acme-shop', 'acme-data']),
  numbers: new Map([['7', 'acme-shop'], ['8', 'acme-data']]),
  pools: new Map([
    ['projects/7/locations/global/workloadIdentityPools/known', { issuers: ['token.actions.githubusercontent.com'], hasConditions: true }],
    ['projects/7/locations/global/workloadIdentityPools/mixed', { issuers: ['token.actions.githubusercontent.com', 'evil.example'], hasConditions: false }],
  ]),
};

test.each<[string, Caller]>([
  ['user:ada@example.com', { kind: 'people', name: 'ada@example.com' }],
  ['group:devs@example.com', { kind: 'people', name: 'group devs@example.com' }],
  ['domain:example.com', { kind: 'people', name: 'everyone of example.com' }],
  ['projectEditor:acme-shop', { kind: 'people', name: 'editors of acme-shop' }],
  ['allUsers', { kind: 'anyone', name: 'anyone', weakness: 'anyone' }],
  ['allAuthenticatedUsers', { kind: 'anyone', name: 'anyone with a Google account', weakness: 'anyone' }],
  ['deleted:user:ada@example.com?uid=1', { kind: 'deleted', name: 'deleted user:ada@example.com' }],
  ['serviceAccount:a@acme-shop.iam.gserviceaccount.com', { kind: 'service-account', name: 'a@acme-shop.iam.gserviceaccount.com' }],
  ['serviceAccount:a@acme-data.iam.gserviceaccount.com', { kind: 'service-account', name: 'a@acme-data.iam.gserviceaccount.com', otherAccount: 'acme-data' }],
  ['serviceAccount:a@vendor.iam.gserviceaccount.com', { kind: 'service-account', name: 'a@vendor.iam.gserviceaccount.com', otherAccount: 'vendor', weakness: 'no-external-id' }],
  ['serviceAccount:a@shop.example.com.iam.gserviceaccount.com', { kind: 'service-account', name: 'a@shop.example.com.iam.gserviceaccount.com', otherAccount: 'example.com:shop', weakness: 'no-external-id' }],
  ['serviceAccount:8-compute@developer.gserviceaccount.com', { kind: 'service-account', name: '8-compute@developer.gserviceaccount.com', otherAccount: 'acme-data' }],
  ['serviceAccount:9-compute@developer.gserviceaccount.com', { kind: 'service-account', name: '9-compute@developer.gserviceaccount.com', otherAccount: '9', weakness: 'no-external-id' }],
  ['serviceAccount:acme-shop@appspot.gserviceaccount.com', { kind: 'service-account', name: 'acme-shop@appspot.gserviceaccount.com' }],
  ['serviceAccount:service-7@gcp-sa-pubsub.iam.gserviceaccount.com', { kind: 'service', name: 'service agent pubsub' }],
  ['serviceAccount:service-7@compute-system.iam.gserviceaccount.com', { kind: 'service', name: 'service agent compute-system' }],
  ['serviceAccount:7@cloudbuild.gserviceaccount.com', { kind: 'service', name: 'service agent cloudbuild' }],
  ['serviceAccount:service-9@gcp-sa-pubsub.iam.gserviceaccount.com', { kind: 'service', name: 'service agent pubsub', otherAccount: '9', weakness: 'no-external-id' }],
  // Anyone can give an account such a name in a project of their own.
  ['serviceAccount:service-7@vendor.iam.gserviceaccount.com', { kind: 'service-account', name: 'service-7@vendor.iam.gserviceaccount.com', otherAccount: 'vendor', weakness: 'no-external-id' }],
  ['serviceAccount:acme-shop.svc.id.goog[shop/orders]', { kind: 'cluster', name: 'GKE namespace shop, service account orders, project acme-shop' }],
  ['serviceAccount:vendor.svc.id.goog[x/y]', { kind: 'cluster', name: 'GKE namespace x, service account y, project vendor', otherAccount: 'vendor', weakness: 'no-external-id' }],
  [`principal://${POOL}/subject/repo:acme/shop:ref:refs/heads/main`, { kind: 'repository', name: 'repository acme/shop' }],
  [`principal://${POOL}/subject/spiffe://x/y`, { kind: 'workload', name: 'subject spiffe://x/y of workload identity pool ci' }],
  [`principalSet://${POOL}/attribute.repository/acme/shop`, { kind: 'repository', name: 'repository acme/shop' }],
  [`principalSet://${POOL}/attribute.repository_owner/acme`, { kind: 'repository', name: 'any repository of acme, from workload identity pool ci', weakness: 'wide-subject' }],
  [`principalSet://${POOL}/attribute.aud/x`, { kind: 'workload', name: 'aud x of workload identity pool ci' }],
  [`principalSet://${POOL}/group/ops`, { kind: 'workload', name: 'group ops of workload identity pool ci' }],
  [`principalSet://${POOL}/*`, { kind: 'workload', name: 'any subject of workload identity pool ci', weakness: 'no-subject' }],
  [`principalSet://${POOL.replace('/ci', '/known')}/*`, { kind: 'workload', name: 'any subject of token.actions.githubusercontent.com, by workload identity pool known', weakness: 'wide-subject' }],
  [`principalSet://${POOL.replace('/ci', '/known')}/attribute.repository/acme/shop`, { kind: 'repository', name: 'GitHub repository acme/shop' }],
  [`principal://${POOL.replace('/ci', '/known')}/subject/repo:acme/shop:pull_request`, { kind: 'repository', name: 'GitHub repository acme/shop' }],
  // Another provider of the pool can claim to be any repository.
  [`principalSet://${POOL.replace('/ci', '/mixed')}/attribute.repository/acme/shop`, { kind: 'workload', name: 'repository acme/shop of token.actions.githubusercontent.com or evil.example, by workload identity pool mixed' }],
  ['principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/ada@example.com', { kind: 'people', name: 'ada@example.com of workforce pool staff' }],
  ['principalSet://cloudresourcemanager.googleapis.com/projects/7/type/ServiceAccount', { kind: 'service-account', name: 'all service accounts of projects/7' }],
  ['principal://agents.global.org-1.system.id.goog/resources/x', { kind: 'workload', name: 'principal://agents.global.org-1.system.id.goog/resources/x' }],
  ['', { kind: 'unreadable', name: '' }],
])('%s', (member, caller) => {
  expect(callerOf(member, WHERE)).toEqual(caller);
});
