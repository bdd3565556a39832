package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// serviceAccountKey is a user-managed key; the fake has no key material.
type serviceAccountKey struct{ traits resourceSchema }

func (k serviceAccountKey) crud() crud {
	return crud{create: k.create, read: k.read, update: k.read, remove: k.remove}
}

func (k serviceAccountKey) create(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	c := meta.(*client)
	key, err := c.call(ctx, "POST /v1/"+c.expand("{service_account_id=}", d)+"/keys", map[string]any{})
	if err != nil {
		return diag.FromErr(err)
	}
	d.SetId(key["name"].(string))
	return k.read(ctx, d, meta)
}

func (k serviceAccountKey) read(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	c := meta.(*client)
	answer, err := c.call(ctx, "GET /v1/"+c.expand("{service_account_id=}", d)+"/keys", nil)
	if err != nil && statusOf(err) != 404 {
		return diag.FromErr(err)
	}
	keys, _ := answer["keys"].([]any)
	for _, key := range keys {
		if key.(map[string]any)["name"] == d.Id() {
			return setAll(d, map[string]any{"name": d.Id(), "private_key": "c3RhbmQtaW4="})
		}
	}
	d.SetId("")
	return nil
}

func (k serviceAccountKey) remove(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	if _, err := meta.(*client).call(ctx, "DELETE /v1/"+d.Id(), nil); err != nil && statusOf(err) != 404 {
		return diag.FromErr(err)
	}
	return nil
}
