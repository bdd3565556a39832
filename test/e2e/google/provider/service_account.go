package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

type serviceAccount struct{ traits resourceSchema }

func (s serviceAccount) crud() crud {
	return crud{create: s.create, read: s.read, update: s.update, remove: s.remove}
}

func (s serviceAccount) create(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	c := meta.(*client)
	body := map[string]any{
		"accountId":      d.Get("account_id"),
		"serviceAccount": map[string]any{"displayName": d.Get("display_name"), "description": d.Get("description")},
	}
	if _, err := c.call(ctx, "POST /v1/projects/"+c.expand("{project}", d)+"/serviceAccounts", body); err != nil {
		return diag.FromErr(err)
	}
	d.SetId(c.expand(s.traits.Name, d))
	if d.Get("disabled").(bool) {
		if _, err := c.call(ctx, "POST /v1/"+d.Id()+":disable", map[string]any{}); err != nil {
			return diag.FromErr(err)
		}
	}
	return s.read(ctx, d, meta)
}

func (s serviceAccount) read(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	account, err := meta.(*client).call(ctx, "GET /v1/"+d.Id(), nil)
	if statusOf(err) == 404 {
		d.SetId("")
		return nil
	}
	if err != nil {
		return diag.FromErr(err)
	}
	email := account["email"].(string)
	return setAll(d, map[string]any{
		"name": account["name"], "email": email, "member": "serviceAccount:" + email, "unique_id": account["uniqueId"], "project": account["projectId"],
		"display_name": account["displayName"], "description": account["description"], "disabled": account["disabled"],
	})
}

func (s serviceAccount) update(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	c := meta.(*client)
	if d.HasChanges("display_name", "description") {
		body := map[string]any{
			"serviceAccount": map[string]any{"displayName": d.Get("display_name"), "description": d.Get("description")},
			"updateMask":     "displayName,description",
		}
		if _, err := c.call(ctx, "PATCH /v1/"+d.Id(), body); err != nil {
			return diag.FromErr(err)
		}
	}
	if d.HasChange("disabled") {
		verb := ":enable"
		if d.Get("disabled").(bool) {
			verb = ":disable"
		}
		if _, err := c.call(ctx, "POST /v1/"+d.Id()+verb, map[string]any{}); err != nil {
			return diag.FromErr(err)
		}
	}
	return s.read(ctx, d, meta)
}

func (s serviceAccount) remove(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	if _, err := meta.(*client).call(ctx, "DELETE /v1/"+d.Id(), nil); err != nil && statusOf(err) != 404 {
		return diag.FromErr(err)
	}
	return nil
}

// knownAtPlan says address and member as soon as they can be made of project and id, as the real provider does: a new account of the same address
// changes nothing that refers to it.
func knownAtPlan(_ context.Context, d *schema.ResourceDiff, _ any) error {
	project, id := d.Get("project").(string), d.Get("account_id").(string)
	if (d.Id() != "" && !d.HasChange("account_id")) || project == "" || id == "" || !d.NewValueKnown("project") || !d.NewValueKnown("account_id") {
		return nil
	}
	email := id + "@" + project + ".iam.gserviceaccount.com"
	if err := d.SetNew("email", email); err != nil {
		return err
	}
	return d.SetNew("member", "serviceAccount:"+email)
}

func setAll(d *schema.ResourceData, values map[string]any) diag.Diagnostics {
	for name, value := range values {
		if err := d.Set(name, value); err != nil {
			return diag.FromErr(err)
		}
	}
	return nil
}
