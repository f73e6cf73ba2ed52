/* A TLS client that puts load on a terminator and says what it saw, as one line of JSON.
 *
 * Each thread is one client that waits for its answers; so --threads is the concurrency. Modes:
 *   new        connect, full handshake, 64 bytes there and back, close
 *   resumed    the same, resuming the session of the thread's connection before; with --sessions FILE,
 *              a --share of the connections resumes one of the file instead, each once, from --skip on
 *   roundtrip  64 bytes there and back on a kept connection
 *   bulk       128 KiB there and back on a kept connection
 *   idle       opens --count connections, says so, and keeps them until standard input ends; with
 *              --silent without the 64 bytes there and back
 *   flood      keeps --count connections, from --addresses addresses of 127.1.0.0/16 in turn, that send the first
 *              --bytes of a ClientHello (all of it by default; with --drip a byte of it per second) and then
 *              nothing; opens another for each that the server ends
 * With --rate R, operations begin on a schedule of R per second over all threads, and latency is
 * counted from the scheduled begin, so that a slow server cannot hide behind a waiting client.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum mode { NEW, RESUMED, ROUNDTRIP, BULK, IDLE, FLOOD };
enum { SMALL = 64, LARGE = 128 * 1024, MAX_THREADS = 256, MAX_SAMPLES = 1 << 20 };

static struct {
  enum mode mode;
  int port, threads, count, plain, silent, drip, addresses, bytes;
  long skip;
  double seconds, rate, share;
  const char *sessions;
} options = {.threads = 8, .seconds = 3, .share = 1, .addresses = 1, .bytes = 1 << 14};

static struct sockaddr_in server;
static SSL_CTX *context;
static double begin, end;
static atomic_long scheduled;

struct client {
  pthread_t thread;
  long operations, failed, resumed, samples;
  double *latency;
  SSL_SESSION *session;
  unsigned seed;
};

/* Sessions that somebody else was issued. */
static SSL_SESSION **stored;
static long stored_count;
static atomic_long stored_taken;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what) {
  fprintf(stderr, "load: %s\n", what);
  ERR_print_errors_fp(stderr);
  exit(1);
}

/* The file's sessions: four bytes of length each, then what i2d_SSL_SESSION writes. */
static void read_sessions(void) {
  FILE *file = fopen(options.sessions, "rb");
  if (!file) fail("cannot read the sessions");
  unsigned char length[4], bytes[4096];
  for (long i = 0; fread(length, 1, 4, file) == 4; i++) {
    size_t size = (size_t)length[0] << 24 | length[1] << 16 | length[2] << 8 | length[3];
    if (size > sizeof bytes || fread(bytes, 1, size, file) != size) fail("the sessions are damaged");
    if (i < options.skip) continue;
    const unsigned char *at = bytes;
    stored = realloc(stored, (stored_count + 1) * sizeof *stored);
    if (!(stored[stored_count++] = d2i_SSL_SESSION(NULL, &at, size))) fail("not a session");
  }
  fclose(file);
}

/* One of the file's sessions for a share of the connections, else the client's own. */
static SSL_SESSION *choose_session(struct client *client) {
  if (!stored || rand_r(&client->seed) >= options.share * RAND_MAX) return client->session;
  long taken = atomic_fetch_add(&stored_taken, 1);
  if (taken >= stored_count) fail("the file has too few sessions");
  return stored[taken];
}

struct connection {
  int socket;
  SSL *ssl;
};

static void hang_up(struct connection *c) {
  if (c->ssl) {
    SSL_shutdown(c->ssl);
    SSL_free(c->ssl);
  }
  if (c->socket >= 0) close(c->socket);
}

static int dial(struct connection *c, SSL_SESSION *session) {
  c->ssl = NULL;
  c->socket = socket(AF_INET, SOCK_STREAM, 0);
  if (c->socket < 0) return 0;
  int one = 1;
  setsockopt(c->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(c->socket, (struct sockaddr *)&server, sizeof server) != 0) return 0;
  if (options.plain) return 1;
  c->ssl = SSL_new(context);
  SSL_set_fd(c->ssl, c->socket);
  SSL_set_tlsext_host_name(c->ssl, "localhost");
  if (session) SSL_set_session(c->ssl, session);
  return SSL_connect(c->ssl) == 1;
}

static int put(struct connection *c, const char *data, int length) {
  for (int done = 0; done < length;) {
    int n = c->ssl ? SSL_write(c->ssl, data + done, length - done)
                   : (int)send(c->socket, data + done, length - done, MSG_NOSIGNAL);
    if (n <= 0) return 0;
    done += n;
  }
  return 1;
}

static int take(struct connection *c, char *data, int length) {
  for (int done = 0; done < length;) {
    int n = c->ssl ? SSL_read(c->ssl, data + done, length - done)
                   : (int)recv(c->socket, data + done, length - done, 0);
    if (n <= 0) return 0;
    done += n;
  }
  return 1;
}


/* A large message is written in pieces that are read back at once, so that neither side blocks. */
static int echo(struct connection *c, const char *out, char *in, int length) {
  enum { PIECE = 16 * 1024, WINDOW = 4 };
  int written = 0, read = 0;
  while (read < length) {
    while (written < length && written - read < WINDOW * PIECE) {
      int n = length - written < PIECE ? length - written : PIECE;
      if (!put(c, out + written, n)) return 0;
      written += n;
    }
    int n = written - read < PIECE ? written - read : PIECE;
    if (!take(c, in + read, n)) return 0;
    read += n;
  }
  return memcmp(out, in, length) == 0;
}

static double wait_for_turn(void) {
  if (options.rate <= 0) return now();
  double turn = begin + atomic_fetch_add(&scheduled, 1) / options.rate;
  double wait = turn - now();
  if (wait > 0) {
    struct timespec t = {(time_t)wait, (long)((wait - (time_t)wait) * 1e9)};
    nanosleep(&t, NULL);
  }
  return turn;
}

static void note(struct client *client, double started, int ok) {
  if (!ok) {
    client->failed++;
    return;
  }
  client->operations++;
  if (client->samples < MAX_SAMPLES / options.threads) client->latency[client->samples++] = now() - started;
}

static void *run(void *argument) {
  struct client *client = argument;
  int length = options.mode == BULK ? LARGE : SMALL;
  char *out = malloc(length), *in = malloc(length);
  for (int i = 0; i < length; i++) out[i] = (char)(i * 31);
  struct connection kept = {-1, NULL};
  if (options.mode == ROUNDTRIP || options.mode == BULK) {
    if (!dial(&kept, NULL)) fail("cannot connect");
  }
  if (options.mode == RESUMED) {
    struct connection first;
    if (!dial(&first, NULL) || !echo(&first, out, in, SMALL)) fail("cannot begin a session");
    client->session = SSL_get1_session(first.ssl);
    hang_up(&first);
  }
  while (now() < end) {
    double started = wait_for_turn();
    if (started >= end) break;
    if (options.mode == ROUNDTRIP || options.mode == BULK) {
      int ok = echo(&kept, out, in, length);
      note(client, started, ok);
      if (!ok) break;
    } else {
      struct connection c;
      int ok = dial(&c, choose_session(client)) && echo(&c, out, in, SMALL);
      note(client, started, ok);
      if (ok && options.mode == RESUMED) {
        client->resumed += SSL_session_reused(c.ssl);
        /* A TLS 1.3 ticket is good for one use: the next connection takes the one just received. */
        SSL_SESSION *next = SSL_get1_session(c.ssl);
        if (next && SSL_SESSION_is_resumable(next)) {
          SSL_SESSION_free(client->session);
          client->session = next;
        }
      }
      hang_up(&c);
    }
  }
  hang_up(&kept);
  return NULL;
}

static void hold_idle_connections(void) {
  for (int i = 0; i < options.count; i++) {
    struct connection c;
    char out[SMALL] = {1}, in[SMALL];
    if (!dial(&c, NULL) || (!options.silent && !echo(&c, out, in, SMALL))) fail("cannot open an idle connection");
  }
  printf("{\"connections\":%d}\n", options.count);
  fflush(stdout);
  while (getchar() != EOF) {
  }
}

/* What a client of this configuration says first. */
static int client_hello(char *bytes, int size) {
  SSL *ssl = SSL_new(context);
  SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_tlsext_host_name(ssl, "localhost");
  SSL_connect(ssl);
  int length = BIO_read(SSL_get_wbio(ssl), bytes, size);
  SSL_free(ssl);
  if (length <= 0) fail("no ClientHello");
  return length;
}

struct attacker {
  int socket, sent;
  double next;
};

/* A connection from the address whose turn it is, or -1 if none can be had now. */
static int open_from(long number) {
  struct sockaddr_in from = {.sin_family = AF_INET};
  from.sin_addr.s_addr = htonl(0x7f010001 + number % options.addresses);
  int s = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  setsockopt(s, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  if (s >= 0 && (bind(s, (struct sockaddr *)&from, sizeof from) != 0 ||
                 connect(s, (struct sockaddr *)&server, sizeof server) != 0)) {
    close(s);
    return -1;
  }
  return s;
}

static void flood(void) {
  char hello[1 << 14], ignored[1 << 14];
  int length = client_hello(hello, sizeof hello);
  if (options.bytes < length) length = options.bytes;
  struct attacker *all = calloc(options.count, sizeof *all);
  for (int i = 0; i < options.count; i++) all[i].socket = -1;
  long opened = 0;
  while (now() < end) {
    int busy = 0;
    for (int i = 0; i < options.count; i++) {
      struct attacker *a = &all[i];
      if (a->socket < 0) {
        if ((a->socket = open_from(opened)) < 0) continue;
        opened++;
        a->sent = 0;
        a->next = now();
        busy = 1;
      }
      if (a->sent < length && now() >= a->next) {
        int most = options.drip ? 1 : length - a->sent;
        int n = (int)send(a->socket, hello + a->sent, most, MSG_NOSIGNAL | MSG_DONTWAIT);
        a->sent += n > 0 ? n : 0;
        a->next = now() + 1;
      }
      ssize_t n = recv(a->socket, ignored, sizeof ignored, MSG_DONTWAIT);
      if (n == 0 || (n < 0 && errno != EAGAIN)) {
        close(a->socket);
        a->socket = -1;
        busy = 1;
      }
    }
    if (!busy) usleep(1000);
  }
  printf("{\"opened\":%ld,\"seconds\":%.4f}\n", opened, now() - begin);
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void report(struct client *clients) {
  long operations = 0, failed = 0, resumed = 0, samples = 0;
  double *all = malloc(sizeof(double) * MAX_SAMPLES);
  for (int i = 0; i < options.threads; i++) {
    operations += clients[i].operations;
    failed += clients[i].failed;
    resumed += clients[i].resumed;
    memcpy(all + samples, clients[i].latency, clients[i].samples * sizeof(double));
    samples += clients[i].samples;
  }
  qsort(all, samples, sizeof(double), ascending);
  double elapsed = now() - begin;
  printf("{\"operations\":%ld,\"failed\":%ld,\"resumed\":%ld,\"seconds\":%.4f,\"rate\":%.1f", operations,
         failed, resumed, elapsed, operations / elapsed);
  if (samples > 0) {
    printf(",\"p50us\":%.0f,\"p99us\":%.0f,\"p999us\":%.0f", all[samples / 2] * 1e6,
           all[(long)(samples * 0.99)] * 1e6, all[(long)(samples * 0.999)] * 1e6);
  }
  if (stored) printf(",\"taken\":%ld", stored_taken);
  printf("}\n");
}

static enum mode mode_named(const char *name) {
  const char *names[] = {"new", "resumed", "roundtrip", "bulk", "idle", "flood"};
  for (int i = 0; i < 6; i++) {
    if (strcmp(name, names[i]) == 0) return i;
  }
  fprintf(stderr, "load: mode: %s (expected: new, resumed, roundtrip, bulk, idle, flood)\n", name);
  exit(2);
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  context = SSL_CTX_new(TLS_client_method());
  struct option long_options[] = {
      {"mode", 1, 0, 'm'},    {"port", 1, 0, 'p'}, {"threads", 1, 0, 't'}, {"seconds", 1, 0, 's'},
      {"count", 1, 0, 'c'},   {"rate", 1, 0, 'r'}, {"tls", 1, 0, 'v'},     {"groups", 1, 0, 'g'},
      {"ciphers", 1, 0, 'x'}, {"cert", 1, 0, 'C'}, {"key", 1, 0, 'K'},     {"plain", 0, 0, 'P'},
      {"sessions", 1, 0, 'S'}, {"skip", 1, 0, 'F'}, {"share", 1, 0, 'H'},
      {"silent", 0, 0, 'Q'},  {"drip", 0, 0, 'D'}, {"addresses", 1, 0, 'A'}, {"bytes", 1, 0, 'B'}, {0}};
  for (int o; (o = getopt_long(argc, argv, "", long_options, NULL)) != -1;) {
    switch (o) {
      case 'm': options.mode = mode_named(optarg); break;
      case 'p': options.port = atoi(optarg); break;
      case 't': options.threads = atoi(optarg); break;
      case 's': options.seconds = atof(optarg); break;
      case 'c': options.count = atoi(optarg); break;
      case 'r': options.rate = atof(optarg); break;
      case 'P': options.plain = 1; break;
      case 'Q': options.silent = 1; break;
      case 'D': options.drip = 1; break;
      case 'A': options.addresses = atoi(optarg); break;
      case 'B': options.bytes = atoi(optarg); break;
      case 'S': options.sessions = optarg; break;
      case 'F': options.skip = atol(optarg); break;
      case 'H': options.share = atof(optarg); break;
      case 'v': {
        int version = strcmp(optarg, "1.2") == 0 ? TLS1_2_VERSION : TLS1_3_VERSION;
        SSL_CTX_set_min_proto_version(context, version);
        SSL_CTX_set_max_proto_version(context, version);
        break;
      }
      case 'g': if (SSL_CTX_set1_groups_list(context, optarg) != 1) fail("groups"); break;
      case 'x':
        if (SSL_CTX_set_cipher_list(context, optarg) != 1 && SSL_CTX_set_ciphersuites(context, optarg) != 1)
          fail("ciphers");
        break;
      case 'C': if (SSL_CTX_use_certificate_chain_file(context, optarg) != 1) fail("cert"); break;
      case 'K': if (SSL_CTX_use_PrivateKey_file(context, optarg, SSL_FILETYPE_PEM) != 1) fail("key"); break;
      default: return 2;
    }
  }
  if (options.threads < 1 || options.threads > MAX_THREADS) fail("threads: expected 1..256");
  server = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(options.port)};
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (options.mode == IDLE) {
    hold_idle_connections();
    return 0;
  }
  if (options.addresses < 1 || options.addresses > 0xfffe) fail("addresses: expected 1..65534");
  if (options.sessions) read_sessions();
  begin = now();
  end = begin + options.seconds;
  if (options.mode == FLOOD) {
    flood();
    return 0;
  }
  struct client *clients = calloc(options.threads, sizeof *clients);
  for (int i = 0; i < options.threads; i++) {
    clients[i].seed = i + 1;
    clients[i].latency = malloc(sizeof(double) * (MAX_SAMPLES / options.threads));
    pthread_create(&clients[i].thread, NULL, run, &clients[i]);
  }
  for (int i = 0; i < options.threads; i++) pthread_join(clients[i].thread, NULL);
  report(clients);
  return 0;
}
