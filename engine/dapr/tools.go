//go:build tools

// Package tools names the commands that are built from Dapr's own source, unmodified.
package tools

import (
	_ "github.com/dapr/dapr/cmd/daprd/app"
	_ "github.com/dapr/dapr/cmd/injector/app"
	_ "github.com/dapr/dapr/cmd/operator/app"
	_ "github.com/dapr/dapr/cmd/placement/app"
	_ "github.com/dapr/dapr/cmd/scheduler/app"
	_ "github.com/dapr/dapr/cmd/sentry/app"
)
