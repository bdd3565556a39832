/** Amazon's role of users whom IAM logs in. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html */
export const IAM_ROLE = 'rds_iam';
