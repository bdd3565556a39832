package main

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// iamMember is one member of one binding: policies are read, changed and written as a whole, again when somebody else wrote meanwhile.
type iamMember struct{ traits resourceSchema }

const policyTries = 10

func (m iamMember) crud() crud {
	return crud{create: m.create, read: m.read, update: m.read, remove: m.remove}
}

func (m iamMember) create(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	c := meta.(*client)
	if m.traits.NeedsProject && d.Get("project") == "" && c.defaults["project"] == "" {
		return diag.Errorf("project: required field is not set")
	}
	member := m.member(d)
	err := m.edit(ctx, d, c, func(bindings []any) []any {
		for _, each := range bindings {
			binding := each.(map[string]any)
			if m.isOurs(binding, d) {
				if !hasMember(binding, member) {
					binding["members"] = append(binding["members"].([]any), member)
				}
				return bindings
			}
		}
		binding := map[string]any{"role": m.role(d), "members": []any{member}}
		if condition := conditionOf(d); condition != nil {
			binding["condition"] = condition
		}
		return append(bindings, binding)
	})
	if err != nil {
		return diag.FromErr(err)
	}
	id := c.expand(m.traits.Name, d)
	if condition := conditionOf(d); condition != nil {
		id += "/" + condition["title"].(string)
	}
	d.SetId(id)
	return m.read(ctx, d, meta)
}

func (m iamMember) read(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	c := meta.(*client)
	policy, err := m.policy(ctx, d, c)
	if err != nil && statusOf(err) != http.StatusNotFound {
		return diag.FromErr(err)
	}
	for _, each := range bindingsOf(policy) {
		binding := each.(map[string]any)
		if m.isOurs(binding, d) && hasMember(binding, m.member(d)) {
			values := map[string]any{}
			if _, has := m.traits.Block.Attributes["etag"]; has {
				values["etag"] = policy["etag"]
			}
			if attribute, has := m.traits.Block.Attributes["project"]; has && !attribute.Required {
				values["project"] = c.attribute("project", m.traits.Name, d)
			}
			return setAll(d, values)
		}
	}
	d.SetId("")
	return nil
}

func (m iamMember) remove(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	err := m.edit(ctx, d, meta.(*client), func(bindings []any) []any {
		kept := []any{}
		for _, each := range bindings {
			binding := each.(map[string]any)
			if m.isOurs(binding, d) {
				others := []any{}
				for _, member := range binding["members"].([]any) {
					if member != m.member(d) {
						others = append(others, member)
					}
				}
				if len(others) == 0 {
					continue
				}
				binding["members"] = others
			}
			kept = append(kept, binding)
		}
		return kept
	})
	if err != nil && statusOf(err) != http.StatusNotFound {
		return diag.FromErr(err)
	}
	return nil
}

func (m iamMember) member(d *schema.ResourceData) string {
	if _, has := m.traits.Block.Attributes["member"]; has {
		return d.Get("member").(string)
	}
	return "serviceAccount:" + d.Get("user_by_email").(string)
}

func (m iamMember) policy(ctx context.Context, d *schema.ResourceData, c *client) (map[string]any, error) {
	body := any(map[string]any{"options": map[string]any{"requestedPolicyVersion": m.version()}})
	if m.traits.Policy.Read[:3] == "GET" {
		body = nil
	}
	return c.call(ctx, c.expand(m.traits.Policy.Read, d), body)
}

func (m iamMember) version() int {
	if m.traits.Policy.Version == 0 {
		return 3
	}
	return m.traits.Policy.Version
}

func (m iamMember) edit(ctx context.Context, d *schema.ResourceData, c *client, change func([]any) []any) error {
	for try := 1; ; try++ {
		policy, err := m.policy(ctx, d, c)
		if err != nil {
			return err
		}
		policy["bindings"] = change(bindingsOf(policy))
		policy["version"] = m.version()
		body := any(map[string]any{"policy": policy})
		if m.traits.Policy.Bare {
			body = policy
		}
		_, err = c.call(ctx, c.expand(m.traits.Policy.Write, d), body)
		if status := statusOf(err); (status != http.StatusConflict && status != http.StatusPreconditionFailed) || try == policyTries {
			return err
		}
		time.Sleep(time.Duration(try) * 20 * time.Millisecond)
	}
}

func (m iamMember) isOurs(binding map[string]any, d *schema.ResourceData) bool {
	condition, _ := binding["condition"].(map[string]any)
	if m.isDatasetAccess() {
		// The real provider finds an entry by role and member alone.
		return basicOf(binding["role"]) == m.role(d)
	}
	return binding["role"] == d.Get("role") && reflect.DeepEqual(condition, conditionOf(d))
}

// isDatasetAccess says whether it is an entry of a dataset's access list, which names an address and has roles of its own.
func (m iamMember) isDatasetAccess() bool {
	_, has := m.traits.Block.Attributes["user_by_email"]
	return has
}

func (m iamMember) role(d *schema.ResourceData) any {
	if m.isDatasetAccess() {
		return basicOf(d.Get("role"))
	}
	return d.Get("role")
}

var basicRoles = map[any]any{"roles/bigquery.dataViewer": "READER", "roles/bigquery.dataEditor": "WRITER", "roles/bigquery.dataOwner": "OWNER"}

func basicOf(role any) any {
	if basic, has := basicRoles[role]; has {
		return basic
	}
	return role
}

func conditionOf(d *schema.ResourceData) map[string]any {
	list, _ := d.Get("condition").([]any)
	if len(list) == 0 || list[0] == nil {
		return nil
	}
	condition := map[string]any{}
	for name, value := range list[0].(map[string]any) {
		if value != "" {
			condition[name] = value
		}
	}
	return condition
}

func bindingsOf(policy map[string]any) []any {
	bindings, _ := policy["bindings"].([]any)
	return bindings
}

func hasMember(binding map[string]any, member string) bool {
	for _, each := range binding["members"].([]any) {
		if each == member {
			return true
		}
	}
	return false
}
