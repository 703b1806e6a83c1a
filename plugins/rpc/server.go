package rpc

import (
	"context"
	"reflect"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/lxsh/lxsh/plugins"
	pb "github.com/lxsh/lxsh/plugins/proto/runtimev1"
)

// A Server serves one runtime, and at most one instance of it.
type Server struct {
	pb.UnimplementedRuntimeServer
	runtime plugins.Runtime
	serve   func(plugins.Instance, plugins.InstanceConfig, string) error

	mu       sync.Mutex
	config   plugins.InstanceConfig
	instance plugins.Instance // nil: none is open
}

// NewServer returns a server of rt. Where serve is not nil it is called with each
// opened instance and the path at which it is to serve sessions.
func NewServer(rt plugins.Runtime, serve func(inst plugins.Instance, config plugins.InstanceConfig, socket string) error) *Server {
	return &Server{runtime: rt, serve: serve}
}

// Info implements the service.
func (s *Server) Info(ctx context.Context, _ *pb.InfoRequest) (*pb.InfoReply, error) {
	info, err := s.runtime.Info(ctx)
	if err != nil {
		return nil, toStatus(err)
	}
	return fromInfo(info), nil
}

// Open implements the service.
func (s *Server) Open(ctx context.Context, r *pb.OpenRequest) (*pb.OpenReply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	config := toConfig(r.GetConfig())
	switch {
	case s.instance == nil:
	case reflect.DeepEqual(config, s.config):
		return s.opened(), nil
	default:
		return nil, status.Errorf(codes.FailedPrecondition, "this process runs %s already", s.config.Name())
	}
	inst, err := s.runtime.Open(ctx, config)
	if err != nil {
		return nil, toStatus(err)
	}
	if s.serve != nil {
		if err := s.serve(inst, config, string(r.GetSessionSocket())); err != nil {
			inst.Close(context.WithoutCancel(ctx))
			return nil, toStatus(err)
		}
	}
	s.instance, s.config = inst, config
	return s.opened(), nil
}

func (s *Server) opened() *pb.OpenReply {
	reply := &pb.OpenReply{ServesSessions: s.serve != nil}
	if _, ok := plugins.As[plugins.Environ](s.instance); ok {
		reply.Abilities = append(reply.Abilities, plugins.AbilityEnviron)
	}
	if _, ok := plugins.As[plugins.LookPath](s.instance); ok {
		reply.Abilities = append(reply.Abilities, plugins.AbilityLookPath)
	}
	return reply
}

// Close implements the service.
func (s *Server) Close(ctx context.Context, _ *pb.CloseRequest) (*pb.CloseReply, error) {
	s.mu.Lock()
	inst := s.instance
	s.instance = nil
	s.mu.Unlock()
	if inst != nil {
		if err := inst.Close(ctx); err != nil {
			return nil, toStatus(err)
		}
	}
	return new(pb.CloseReply), nil
}

// Environ implements the service.
func (s *Server) Environ(ctx context.Context, _ *pb.EnvironRequest) (*pb.EnvironReply, error) {
	environ, err := ability[plugins.Environ](s)
	if err != nil {
		return nil, err
	}
	list, err := environ.Environ(ctx)
	return &pb.EnvironReply{Env: toBytes(list)}, toStatus(err)
}

// LookPath implements the service.
func (s *Server) LookPath(ctx context.Context, r *pb.LookPathRequest) (*pb.LookPathReply, error) {
	look, err := ability[plugins.LookPath](s)
	if err != nil {
		return nil, err
	}
	file, err := look.LookPath(ctx, plugins.Dir{Path: string(r.GetDir())}, string(r.GetPath()), string(r.GetName()))
	return &pb.LookPathReply{File: []byte(file)}, toStatus(err)
}

func (s *Server) open() (plugins.Instance, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.instance == nil {
		return nil, status.Error(codes.FailedPrecondition, "no instance is open")
	}
	return s.instance, nil
}

func ability[T any](s *Server) (t T, err error) {
	inst, err := s.open()
	if err != nil {
		return t, err
	}
	t, ok := plugins.As[T](inst)
	if !ok {
		return t, status.Error(codes.Unimplemented, "the runtime does not support it")
	}
	return t, nil
}
