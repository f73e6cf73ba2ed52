/* Many TLS clients that stay connected, each with a certificate of its own, and when they were cut off.
 *
 * Makes a CA and --count clients in memory, and in --directory the files ca.pem, and none.crl, half.crl,
 * all.crl: PEM CRLs that list nobody, every second client, everybody. Then obeys lines on standard input,
 * and answers each with a line of JSON:
 *   connect     all connect to --port, prove themselves and are answered by HTTP
 *   await N     waits until N of them have been cut off; when the last one was (CLOCK_MONOTONIC), by which alert
 *   hang up     ends those that are left
 * A client that is asked for its certificate after the handshake, or to renegotiate, does what it is asked.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 8, DAY = 86400 };

struct client {
  X509 *certificate;
  SSL *ssl;
  int socket, alert;
  double ended;
};

static struct {
  int port, count;
  const char *directory;
} options = {.count = 10000, .directory = "."};

static struct client *clients;
static struct sockaddr_in server;
static SSL_CTX *context;
static EVP_PKEY *authority_key, *client_key;
static X509 *authority;
static atomic_int next_client;
static int epoll, ended;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what) {
  fprintf(stderr, "clients: %s\n", what);
  ERR_print_errors_fp(stderr);
  exit(1);
}

static void extend(X509 *certificate, int type, const char *value) {
  X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, type, value);
  if (!extension || !X509_add_ext(certificate, extension, -1)) fail("extension");
  X509_EXTENSION_free(extension);
}

static X509 *certificate(const char *name, long serial, EVP_PKEY *key, X509 *issuer) {
  X509 *made = X509_new();
  X509_set_version(made, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made), serial);
  X509_gmtime_adj(X509_getm_notBefore(made), -DAY);
  X509_gmtime_adj(X509_getm_notAfter(made), 30 * DAY);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
  X509_set_issuer_name(made, X509_get_subject_name(issuer ? issuer : made));
  X509_set_pubkey(made, key);
  if (issuer) {
    extend(made, NID_ext_key_usage, "clientAuth");
  } else {
    extend(made, NID_basic_constraints, "critical,CA:TRUE");
    extend(made, NID_key_usage, "critical,keyCertSign,cRLSign");
  }
  if (!X509_sign(made, authority_key, EVP_sha256())) fail("certificate");
  return made;
}

static FILE *file(const char *name) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", options.directory, name);
  FILE *f = fopen(path, "w");
  if (!f) fail(path);
  return f;
}

/* Lists every step-th client; 0: nobody. */
static void write_crl(const char *name, int step, long number) {
  X509_CRL *crl = X509_CRL_new();
  X509_CRL_set_version(crl, X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(crl, X509_get_subject_name(authority));
  ASN1_TIME *when = X509_gmtime_adj(NULL, -60);
  X509_CRL_set1_lastUpdate(crl, when);
  for (int i = 0; step && i < options.count; i += step) {
    X509_REVOKED *entry = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(clients[i].certificate));
    X509_REVOKED_set_revocationDate(entry, when);
    X509_CRL_add0_revoked(crl, entry);
  }
  X509_CRL_set1_nextUpdate(crl, X509_gmtime_adj(when, 30 * DAY));
  ASN1_INTEGER *crl_number = ASN1_INTEGER_new();
  ASN1_INTEGER_set(crl_number, number);
  X509_CRL_add1_ext_i2d(crl, NID_crl_number, crl_number, 0, 0);
  X509_CRL_sort(crl);
  if (!X509_CRL_sign(crl, authority_key, EVP_sha256())) fail("CRL");
  FILE *f = file(name);
  PEM_write_X509_CRL(f, crl);
  fclose(f);
  X509_CRL_free(crl);
}

static void make_certificates(void) {
  authority_key = EVP_EC_gen("P-256");
  client_key = EVP_EC_gen("P-256");
  authority = certificate("Bench Clients CA", 1, authority_key, NULL);
  FILE *f = file("ca.pem");
  PEM_write_X509(f, authority);
  fclose(f);
  for (int i = 0; i < options.count; i++) {
    char name[32];
    snprintf(name, sizeof name, "client-%05d", i);
    clients[i].certificate = certificate(name, 1000 + i, client_key, authority);
  }
  write_crl("none.crl", 0, 1);
  write_crl("half.crl", 2, 2);
  write_crl("all.crl", 1, 3);
}

static int dial(struct client *c) {
  c->socket = socket(AF_INET, SOCK_STREAM, 0);
  int one = 1;
  setsockopt(c->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (c->socket < 0 || connect(c->socket, (struct sockaddr *)&server, sizeof server) != 0) return 0;
  c->ssl = SSL_new(context);
  SSL_use_certificate(c->ssl, c->certificate);
  SSL_use_PrivateKey(c->ssl, client_key);
  SSL_set_fd(c->ssl, c->socket);
  SSL_set_tlsext_host_name(c->ssl, "localhost");
  if (SSL_connect(c->ssl) != 1) return 0;
  static const char request[] = "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  if (SSL_write(c->ssl, request, sizeof request - 1) <= 0) return 0;
  char answer[4096];
  int length = SSL_read(c->ssl, answer, sizeof answer - 1);
  if (length <= 0) return 0;
  answer[length] = 0;
  return strncmp(answer, "HTTP/1.1 200", 12) == 0;
}

static void *dial_some(void *unused) {
  for (int i; (i = atomic_fetch_add(&next_client, 1)) < options.count;) {
    if (!dial(&clients[i])) fail("a client could not connect");
  }
  return unused;
}

static void connect_all(void) {
  double begin = now();
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, dial_some, NULL);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  epoll = epoll_create1(0);
  for (int i = 0; i < options.count; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &clients[i]};
    epoll_ctl(epoll, EPOLL_CTL_ADD, clients[i].socket, &event);
    SSL_set_mode(clients[i].ssl, SSL_MODE_AUTO_RETRY);
  }
  printf("{\"connected\":%d,\"seconds\":%.3f}\n", options.count, now() - begin);
  fflush(stdout);
}

/* Something arrived: a request for proof, which OpenSSL answers, or the end. */
static void hear(struct client *c) {
  char buffer[4096];
  SSL_clear_mode(c->ssl, SSL_MODE_AUTO_RETRY);
  ERR_clear_error();
  int length = SSL_read(c->ssl, buffer, sizeof buffer);
  int error = SSL_get_error(c->ssl, length);
  if (length > 0 || error == SSL_ERROR_WANT_READ) return;
  c->ended = now();
  unsigned long code = ERR_peek_error();
  c->alert = error == SSL_ERROR_SSL && ERR_GET_REASON(code) > SSL_AD_REASON_OFFSET
                 ? ERR_GET_REASON(code) - SSL_AD_REASON_OFFSET
                 : 0;
  if (error == SSL_ERROR_ZERO_RETURN) SSL_shutdown(c->ssl);
  close(c->socket);
  c->socket = -1;
  ended++;
}

static void await(int wanted) {
  struct epoll_event events[256];
  while (ended < wanted) {
    int n = epoll_wait(epoll, events, 256, 60000);
    if (n <= 0) fail("nothing happened for a minute");
    for (int i = 0; i < n; i++) hear(events[i].data.ptr);
  }
  double first = 1e300, last = 0;
  int by_alert[256] = {0};
  for (int i = 0; i < options.count; i++) {
    if (clients[i].socket >= 0) continue;
    by_alert[clients[i].alert & 255]++;
    if (clients[i].ended > last) last = clients[i].ended;
    if (clients[i].ended < first) first = clients[i].ended;
  }
  printf("{\"ended\":%d,\"first\":%.6f,\"last\":%.6f,\"alerts\":{", ended, first, last);
  for (int i = 0, any = 0; i < 256; i++) {
    if (by_alert[i]) printf("%s\"%s\":%d", any++ ? "," : "", i ? SSL_alert_desc_string_long(i) : "none", by_alert[i]);
  }
  printf("}}\n");
  fflush(stdout);
}

static void hang_up(void) {
  int left = 0;
  for (int i = 0; i < options.count; i++) {
    if (clients[i].socket < 0) continue;
    left++;
    SSL_shutdown(clients[i].ssl);
    close(clients[i].socket);
    clients[i].socket = -1;
  }
  printf("{\"left\":%d}\n", left);
  fflush(stdout);
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_post_handshake_auth(context, 1);
  SSL_CTX_set1_groups_list(context, "P-256");
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  struct option long_options[] = {{"port", 1, 0, 'p'}, {"count", 1, 0, 'c'}, {"directory", 1, 0, 'd'},
                                  {"tls", 1, 0, 'v'},  {0}};
  for (int o; (o = getopt_long(argc, argv, "", long_options, NULL)) != -1;) {
    switch (o) {
      case 'p': options.port = atoi(optarg); break;
      case 'c': options.count = atoi(optarg); break;
      case 'd': options.directory = optarg; break;
      case 'v': {
        int version = strcmp(optarg, "1.2") == 0 ? TLS1_2_VERSION : TLS1_3_VERSION;
        SSL_CTX_set_min_proto_version(context, version);
        SSL_CTX_set_max_proto_version(context, version);
        break;
      }
      default: return 2;
    }
  }
  server = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(options.port)};
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  clients = calloc(options.count, sizeof *clients);
  make_certificates();
  printf("{\"clients\":%d}\n", options.count);
  fflush(stdout);
  char line[128];
  while (fgets(line, sizeof line, stdin)) {
    int wanted;
    if (strcmp(line, "connect\n") == 0) {
      connect_all();
    } else if (sscanf(line, "await %d", &wanted) == 1) {
      await(wanted);
    } else if (strcmp(line, "hang up\n") == 0) {
      hang_up();
    } else {
      fprintf(stderr, "clients: %s", line);
      return 2;
    }
  }
  return 0;
}
