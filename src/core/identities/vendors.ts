/** Accounts of vendors, each with the vendor's own page that names it. */
const VENDORS: readonly { readonly name: string; readonly accounts: readonly string[]; readonly source: string }[] = [
  { name: 'Datadog', accounts: ['464622532012'], source: 'https://docs.datadoghq.com/integrations/guide/aws-manual-setup/' },
  { name: 'Databricks', accounts: ['414351767826'], source: 'https://docs.databricks.com/administration-guide/account-settings/aws-accounts.html' },
  { name: 'Fivetran', accounts: ['834469178297'], source: 'https://fivetran.com/docs/logs/cloudwatch/setup-guide' },
  { name: 'Lacework', accounts: ['434813966438'], source: 'https://support.lacework.com/hc/en-us/articles/360017546933-Getting-Started' },
  { name: 'New Relic', accounts: ['754728514883'], source: 'https://docs.newrelic.com/docs/integrations/amazon-integrations/get-started/connect-aws-services-infrastructure' },
  { name: 'Prisma Cloud', accounts: ['188619942792'], source: 'https://docs.paloaltonetworks.com/prisma/prisma-cloud/prisma-cloud-admin/connect-your-cloud-platform-to-prisma-cloud/onboard-aws/manually-set-up-prisma-cloud-role-for-aws' },
  { name: 'Spot', accounts: ['922761411349'], source: 'https://docs.spot.io/connect-your-cloud-provider/first-account/aws-manually' },
  { name: 'Stitch', accounts: ['218546966473'], source: 'https://www.stitchdata.com/docs/destinations/amazon-s3/connecting-an-amazon-s3-data-warehouse-to-stitch' },
  { name: 'Sumo Logic', accounts: ['926226587429'], source: 'https://help.sumologic.com/03Send-Data/Sources/02Sources-for-Hosted-Collectors/Amazon-Web-Services/Grant-Access-to-an-AWS-Product' },
  { name: 'Workato', accounts: ['353360065216'], source: 'https://docs.workato.com/connectors/s3.html' },
];

const BY_ACCOUNT: ReadonlyMap<string, string> = new Map(VENDORS.flatMap(({ name, accounts }) => accounts.map((account) => [account, name] as const)));

/** The vendor that publishes this account as its own. */
export function vendorOf(account: string): string | undefined {
  return BY_ACCOUNT.get(account);
}
