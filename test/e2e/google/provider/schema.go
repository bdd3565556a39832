package main

import (
	"encoding/json"
	"time"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

type block struct {
	Attributes map[string]attribute
	Blocks     map[string]nestedBlock
}

type attribute struct {
	Type                         json.RawMessage
	Required, Optional, Computed bool
}

type nestedBlock struct {
	Nesting  string
	Required bool
	MaxItems int
	Block    block
}

type resourceSchema struct {
	ForceNew         []string
	OptionalComputed []string
	Name             string
	Computed         map[string]string
	Policy           *policyDoor
	NeedsProject     bool
	Protected        bool
	Block            block
	Timeouts         []string
}

type policyDoor struct {
	Read, Write string
	Bare        bool
	Version     int
}

var primitives = map[string]schema.ValueType{"string": schema.TypeString, "number": schema.TypeFloat, "bool": schema.TypeBool}
var collections = map[string]schema.ValueType{"list": schema.TypeList, "set": schema.TypeSet, "map": schema.TypeMap}

// schemas are the SDK's. Inside of blocks, whose path ends with a dot, a replacement comes from the block as a whole. traits are nil for what isn't a
// resource.
func (b block) schemas(traits *resourceSchema, path string) map[string]*schema.Schema {
	all := map[string]*schema.Schema{}
	for name, attribute := range b.Attributes {
		one := &schema.Schema{Required: attribute.Required, Optional: attribute.Optional, Computed: attribute.Computed}
		one.Type, one.Elem = typeOf(attribute.Type)
		if traits != nil {
			one.ForceNew = (one.Required || one.Optional) && path == "" && traits.replacedBy(name)
			one.Computed = one.Computed || (one.Optional && contains(traits.OptionalComputed, path+name))
			if traits.Protected && path+name == "deletion_protection" {
				one.Default = true
			}
		}
		all[name] = one
	}
	for name, nested := range b.Blocks {
		forceNew := traits != nil && path == "" && traits.replacedBy(name)
		one := &schema.Schema{Type: collections[nested.Nesting], Required: nested.Required, Optional: !nested.Required, MaxItems: nested.MaxItems, ForceNew: forceNew}
		one.Computed = traits != nil && one.Optional && contains(traits.OptionalComputed, path+name)
		inner := nested.Block.schemas(traits, path+name+".")
		if forceNew {
			for _, each := range inner {
				each.ForceNew = each.Required || each.Optional
			}
		}
		one.Elem = &schema.Resource{Schema: inner}
		all[name] = one
	}
	return all
}

func typeOf(raw json.RawMessage) (schema.ValueType, any) {
	var primitive string
	if json.Unmarshal(raw, &primitive) == nil {
		return primitives[primitive], nil
	}
	var collection struct {
		Of      string
		Element json.RawMessage
	}
	var element block
	if err := json.Unmarshal(raw, &collection); err != nil {
		panic(err)
	}
	if json.Unmarshal(collection.Element, &primitive) == nil {
		return collections[collection.Of], &schema.Schema{Type: primitives[primitive]}
	}
	if err := json.Unmarshal(collection.Element, &element); err != nil {
		panic(err)
	}
	return collections[collection.Of], &schema.Resource{Schema: element.schemas(nil, "")}
}

func (r resourceSchema) replacedBy(name string) bool {
	return contains(r.ForceNew, "*") || contains(r.ForceNew, name)
}

func (r resourceSchema) replacedByAll() bool {
	for name, attribute := range r.Block.Attributes {
		if (attribute.Required || attribute.Optional) && !r.replacedBy(name) {
			return false
		}
	}
	for name := range r.Block.Blocks {
		if !r.replacedBy(name) {
			return false
		}
	}
	return true
}

func (r resourceSchema) timeouts() *schema.ResourceTimeout {
	if len(r.Timeouts) == 0 {
		return nil
	}
	limit := schema.DefaultTimeout(20 * time.Minute)
	timeouts := &schema.ResourceTimeout{}
	for _, name := range r.Timeouts {
		switch name {
		case "create":
			timeouts.Create = limit
		case "read":
			timeouts.Read = limit
		case "update":
			if !r.replacedByAll() {
				timeouts.Update = limit
			}
		case "delete":
			timeouts.Delete = limit
		}
	}
	return timeouts
}

func contains(all []string, one string) bool {
	for _, each := range all {
		if each == one {
			return true
		}
	}
	return false
}
