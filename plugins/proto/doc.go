// Package proto holds the gRPC form of the contract: runtime.proto and
// interop.proto, from which the packages below are made.
package proto

//go:generate protoc -I . --go_out=../.. --go_opt=module=github.com/lxsh/lxsh --go-grpc_out=../.. --go-grpc_opt=module=github.com/lxsh/lxsh runtime.proto interop.proto
