package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	nhi "github.com/cdk-nhi-lifecycle/cdk-nhi-lifecycle-go/cdknhilifecycle"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	env := &awscdk.Environment{Account: jsii.String("111122223333"), Region: jsii.String("eu-central-1")}

	platform := awscdk.NewStack(app, jsii.String("Platform"), &awscdk.StackProps{Env: env, TerminationProtection: jsii.Bool(true)})
	registry := nhi.NewLifecycleRegistry(platform, jsii.String("Agents"), nil) // once per account

	stack := awscdk.NewStack(app, jsii.String("InvoiceBot"), &awscdk.StackProps{Env: env})
	invoices := awsdynamodb.NewTable(stack, jsii.String("Invoices"), &awsdynamodb.TableProps{
		PartitionKey: &awsdynamodb.Attribute{Name: jsii.String("id"), Type: awsdynamodb.AttributeType_STRING},
	})

	bot := nhi.NewManagedAgentIdentity(stack, jsii.String("Identity"), &nhi.ManagedAgentIdentityProps{
		Registry:  registry,
		AgentName: jsii.String("invoice-bot"),
		Purpose:   jsii.String("Matches supplier invoices to purchase orders"),
		Sponsor: nhi.Sponsor_Person(&nhi.PersonSponsorProps{
			Name: jsii.String("Ada Park"), Email: jsii.String("ada.park@example.com"), BackupEmail: jsii.String("li.chen@example.com"),
		}),
		Stage:   nhi.AgentStage_TEST(), // mover: change this line
		Expires: nhi.Expiry_On(jsii.String("2027-03-31")),
		Runtime: nhi.AgentRuntime_Lambda(nil),
	})
	invoices.GrantReadData(bot.AccessIn(nhi.AgentStage_TEST()))
	invoices.GrantReadWriteData(bot.AccessIn(nhi.AgentStage_PRODUCTION())) // dormant until promoted

	awslambda.NewFunction(stack, jsii.String("Bot"), &awslambda.FunctionProps{
		Role:    bot.Role(),
		Runtime: awslambda.Runtime_NODEJS_24_X(),
		Handler: jsii.String("index.handler"),
		Code:    awslambda.Code_FromInline(jsii.String(`exports.handler = async () => "matched";`)),
	})

	app.Synth(nil)
}
