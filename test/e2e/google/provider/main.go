// A stand-in for the Google provider of Terraform. It has the schema of version 6.50.0 for the resource types in resources.json, which
// the build derives from the bindings' type declarations, and speaks to the fake Google of these tests only.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/plugin"
)

//go:embed resources.json
var declared []byte

func main() {
	provider, err := newProvider()
	if err != nil {
		log.Fatal(err)
	}
	plugin.Serve(&plugin.ServeOpts{ProviderFunc: func() *schema.Provider { return provider }})
}

func newProvider() (*schema.Provider, error) {
	var all struct {
		Provider  block
		Resources map[string]resourceSchema
	}
	if err := json.Unmarshal(declared, &all); err != nil {
		return nil, err
	}
	provider := &schema.Provider{
		Schema:               all.Provider.schemas(nil, ""),
		ResourcesMap:         map[string]*schema.Resource{},
		ConfigureContextFunc: configure,
	}
	for name, traits := range all.Resources {
		provider.ResourcesMap[name] = resourceOf(name, traits)
	}
	return provider, provider.InternalValidate()
}

func configure(_ context.Context, d *schema.ResourceData) (any, diag.Diagnostics) {
	endpoint, token := os.Getenv("NHI_GOOGLE_ENDPOINT"), os.Getenv("GOOGLE_OAUTH_ACCESS_TOKEN")
	if endpoint == "" || token == "" {
		return nil, diag.Errorf("this is a stand-in for tests: NHI_GOOGLE_ENDPOINT and GOOGLE_OAUTH_ACCESS_TOKEN must be set")
	}
	project, _ := d.Get("project").(string)
	region, _ := d.Get("region").(string)
	return &client{endpoint: endpoint, token: token, defaults: map[string]string{"project": project, "region": region}}, nil
}

func resourceOf(name string, traits resourceSchema) *schema.Resource {
	resource := &schema.Resource{Schema: traits.Block.schemas(&traits, ""), Timeouts: traits.timeouts()}
	crud := crudOf(name, traits)
	resource.CreateContext = crud.create
	resource.ReadContext = crud.read
	resource.DeleteContext = crud.remove
	resource.Importer = crud.importer
	if name == "google_service_account" {
		resource.CustomizeDiff = knownAtPlan
	}
	if !traits.replacedByAll() {
		resource.UpdateContext = crud.update
	}
	return resource
}

type crud struct {
	create, read, update, remove func(context.Context, *schema.ResourceData, any) diag.Diagnostics
	importer                     *schema.ResourceImporter
}

func crudOf(name string, traits resourceSchema) crud {
	switch {
	case traits.Policy != nil:
		return iamMember{traits}.crud()
	case name == "google_service_account":
		return serviceAccount{traits}.crud()
	case name == "google_service_account_key":
		return serviceAccountKey{traits}.crud()
	default:
		return document{name, traits}.crud()
	}
}
