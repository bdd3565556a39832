package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

type client struct {
	endpoint, token string
	defaults        map[string]string
}

type apiError struct {
	status int
	text   string
}

func (e apiError) Error() string { return e.text }

func statusOf(err error) int {
	if refused, ok := err.(apiError); ok {
		return refused.status
	}
	return 0
}

const tries = 5

// call sends `METHOD /path`, again when it was throttled or the server failed.
func (c *client) call(ctx context.Context, what string, body any) (map[string]any, error) {
	for try := 1; ; try++ {
		answer, err := c.once(ctx, what, body)
		status := statusOf(err)
		if err == nil || try == tries || (status != http.StatusTooManyRequests && status < 500) {
			return answer, err
		}
		time.Sleep(time.Duration(try) * 50 * time.Millisecond)
	}
}

func (c *client) once(ctx context.Context, what string, body any) (map[string]any, error) {
	method, path, _ := strings.Cut(what, " ")
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		sent = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.endpoint+path, sent)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	request.Header.Set("User-Agent", "stand-in-provider")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode >= 300 {
		return nil, apiError{response.StatusCode, fmt.Sprintf("%s: %d %s", what, response.StatusCode, text)}
	}
	var answer map[string]any
	return answer, json.Unmarshal(text, &answer)
}

var placeholder = regexp.MustCompile(`\{(\w+)(=?)\}`)
var ofProject = regexp.MustCompile(`^projects/([^/]+)/`)

// expand fills a template with attributes: `{topic}` takes the last part of a name that may be given in full, `{topic=}` all of it.
func (c *client) expand(template string, d *schema.ResourceData) string {
	return placeholder.ReplaceAllStringFunc(template, func(found string) string {
		parts := placeholder.FindStringSubmatch(found)
		value := c.attribute(parts[1], template, d)
		if parts[2] == "=" {
			return value
		}
		return value[strings.LastIndex(value, "/")+1:]
	})
}

func (c *client) attribute(name string, template string, d *schema.ResourceData) string {
	if value, ok := d.GetOk(name); ok && fmt.Sprint(value) != "" {
		return fmt.Sprint(value)
	}
	if name == "project" {
		for _, other := range placeholder.FindAllStringSubmatch(template, -1) {
			value, _ := d.GetOk(other[1])
			if full := ofProject.FindStringSubmatch(fmt.Sprint(value)); full != nil && other[1] != "project" && other[1] != "member" && other[1] != "role" {
				return full[1]
			}
		}
	}
	return c.defaults[name]
}
