package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	ctyjson "github.com/hashicorp/go-cty/cty/json"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// document is any other resource: kept in the fake as it was configured. Only that it is there is read back, not what changed in it.
type document struct {
	kind   string
	traits resourceSchema
}

func (r document) crud() crud {
	return crud{create: r.create, read: r.read, update: r.update, remove: r.remove, importer: &schema.ResourceImporter{StateContext: r.adopt}}
}

func (r document) create(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	c := meta.(*client)
	name := c.expand(r.traits.Name, d)
	if problem := r.send(ctx, c, "POST", name, d); problem != nil {
		return problem
	}
	d.SetId(name)
	return r.fill(d, c)
}

func (r document) read(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	c := meta.(*client)
	if _, err := c.call(ctx, r.path("GET", d.Id()), nil); statusOf(err) == 404 {
		d.SetId("")
	} else if err != nil {
		return diag.FromErr(err)
	}
	return nil
}

func (r document) update(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	return r.send(ctx, meta.(*client), "PUT", d.Id(), d)
}

func (r document) remove(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	if _, has := r.traits.Block.Attributes["deletion_policy"]; has && d.Get("deletion_policy") == "ABANDON" {
		return nil
	}
	if r.traits.Protected && d.Get("deletion_protection").(bool) {
		return diag.Errorf("cannot destroy %s without setting deletion_protection=false and running `terraform apply`", d.Id())
	}
	if _, err := meta.(*client).call(ctx, r.path("DELETE", d.Id()), nil); err != nil && statusOf(err) != 404 {
		return diag.FromErr(err)
	}
	return nil
}

// adopt reads what was configured, as an import into the state does.
func (r document) adopt(ctx context.Context, d *schema.ResourceData, meta any) ([]*schema.ResourceData, error) {
	c := meta.(*client)
	stored, err := c.call(ctx, r.path("GET", d.Id()), nil)
	if err != nil {
		return nil, err
	}
	for name, value := range stored {
		_, isAttribute := r.traits.Block.Attributes[name]
		_, isBlock := r.traits.Block.Blocks[name]
		if value != nil && (isAttribute || isBlock) {
			if err := d.Set(name, value); err != nil {
				return nil, err
			}
		}
	}
	if problem := r.fill(d, c); problem.HasError() {
		return nil, fmt.Errorf("%v", problem)
	}
	return []*schema.ResourceData{d}, nil
}

func (r document) send(ctx context.Context, c *client, method string, name string, d *schema.ResourceData) diag.Diagnostics {
	config := d.GetRawConfig()
	text, err := ctyjson.Marshal(config, config.Type())
	if err != nil {
		return diag.FromErr(err)
	}
	if _, err := c.call(ctx, r.path(method, name), json.RawMessage(text)); err != nil {
		return diag.FromErr(err)
	}
	return nil
}

func (r document) path(method string, name string) string {
	return method + " /stand-in/documents/" + r.kind + "/" + url.PathEscape(name)
}

// fill sets what the real provider would read back and constructs refer to.
func (r document) fill(d *schema.ResourceData, c *client) diag.Diagnostics {
	values := map[string]any{}
	for name, template := range r.traits.Computed {
		values[name] = strings.ReplaceAll(template, "{name}", d.Id())
	}
	for _, name := range r.traits.OptionalComputed {
		if _, has := r.traits.Block.Attributes[name]; has && (name == "project" || name == "region") {
			values[name] = c.attribute(name, r.traits.Name, d)
		}
	}
	// The real provider adds this label itself; an empty computed map would be planned anew each time.
	for name, attribute := range r.traits.Block.Attributes {
		if kind, _ := typeOf(attribute.Type); kind == schema.TypeMap && attribute.Computed {
			values[name] = map[string]any{"goog-terraform-provisioned": "true"}
		}
	}
	return setAll(d, values)
}
