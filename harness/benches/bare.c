/*
 * bare - a container with nothing around it: measures the kernel's share
 *
 * Moves a command into new cgroup, ipc, mnt, net, pid and uts namespaces and
 * another root, at the end of a cable to a bridge. Makes each system call of a
 * container runtime once, and nothing else: no state, no layers, no log, no
 * checks of the arguments. `just bench` compiles and runs this program.
 *
 *     bare BRIDGE CGROUP ROOT COMMAND
 *     bare BRIDGE --hook             lays the cable for an OCI runtime, which
 *                                    writes the PID to standard input
 *
 * See: clone(2), open_tree(2), pivot_root(2), rtnetlink(7)
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define GATEWAY "172.18.0.1"
#define ADDRESS "172.18.0.2"
#define PREFIX 16

/* From linux/mount.h, since Linux 7.0. */
#ifndef OPEN_TREE_NAMESPACE
#define OPEN_TREE_NAMESPACE 2
#endif

static void must(int result, const char *what)
{
	if (result < 0)
		err(1, "%s", what);
}

/* Netlink messages, one after the other, sent at once. */

struct batch {
	int socket, count;
	size_t length;
	struct nlmsghdr *message;
	char bytes[2048];
};

static void open_netlink(struct batch *batch)
{
	memset(batch, 0, sizeof *batch);
	batch->socket = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	must(batch->socket, "socket");
}

static void *append(struct batch *batch, size_t size)
{
	void *place = batch->bytes + batch->length;

	batch->length += NLMSG_ALIGN(size);
	if (batch->message)
		batch->message->nlmsg_len =
			batch->bytes + batch->length - (char *)batch->message;
	return place;
}

static void *begin_message(struct batch *batch, int type, int flags, size_t size)
{
	struct nlmsghdr *header;

	batch->message = NULL;
	header = append(batch, sizeof *header);
	batch->message = header;
	header->nlmsg_type = type;
	header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	batch->count++;
	return append(batch, size);
}

static struct rtattr *add(struct batch *batch, int type, const void *value, size_t size)
{
	struct rtattr *attribute = append(batch, RTA_LENGTH(size));

	attribute->rta_type = type;
	attribute->rta_len = RTA_LENGTH(size);
	if (size)
		memcpy(RTA_DATA(attribute), value, size);
	return attribute;
}

static void end_nested(struct batch *batch, struct rtattr *nested)
{
	nested->rta_len = batch->bytes + batch->length - (char *)nested;
}

static void switch_on(struct batch *batch, int index)
{
	struct ifinfomsg *link = begin_message(batch, RTM_NEWLINK, 0, sizeof *link);

	link->ifi_index = index;
	link->ifi_flags = link->ifi_change = IFF_UP;
}

static void have_it_done(struct batch *batch)
{
	char answers[4096];

	must(send(batch->socket, batch->bytes, batch->length, 0), "send");
	while (batch->count > 0) {
		ssize_t left = recv(batch->socket, answers, sizeof answers, 0);
		struct nlmsghdr *answer = (void *)answers;

		must(left, "recv");
		for (; NLMSG_OK(answer, left); answer = NLMSG_NEXT(answer, left)) {
			struct nlmsgerr *result = NLMSG_DATA(answer);

			if (answer->nlmsg_type != NLMSG_ERROR)
				continue;
			if (result->error) {
				fprintf(stderr, "rtnetlink: %s\n", strerror(-result->error));
				exit(1);
			}
			batch->count--;
		}
	}
	close(batch->socket);
}

/* Outside: lays a cable from the bridge to the child's network namespace. */
static void lay_cable(const char *bridge, int32_t child)
{
	struct rtattr *info, *data, *peer;
	struct ifinfomsg *link;
	struct batch batch;
	uint32_t index = if_nametoindex(bridge);
	char name[IF_NAMESIZE];

	snprintf(name, sizeof name, "bare%d", child);
	open_netlink(&batch);
	link = begin_message(&batch, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof *link);
	link->ifi_flags = link->ifi_change = IFF_UP;
	add(&batch, IFLA_IFNAME, name, strlen(name) + 1);
	add(&batch, IFLA_MASTER, &index, sizeof index);
	info = add(&batch, IFLA_LINKINFO, NULL, 0);
	add(&batch, IFLA_INFO_KIND, "veth", 4);
	data = add(&batch, IFLA_INFO_DATA, NULL, 0);
	peer = add(&batch, VETH_INFO_PEER, NULL, 0);
	append(&batch, sizeof(struct ifinfomsg));
	add(&batch, IFLA_IFNAME, "eth0", 5);
	add(&batch, IFLA_NET_NS_PID, &child, sizeof child);
	end_nested(&batch, peer);
	end_nested(&batch, data);
	end_nested(&batch, info);
	have_it_done(&batch);
}

/* Inside: sets an address and the default route. */
static void configure(void)
{
	struct ifaddrmsg *address;
	struct rtmsg *route;
	struct batch batch;
	uint32_t eth0 = if_nametoindex("eth0");
	struct in_addr own, gateway;

	inet_aton(ADDRESS, &own);
	inet_aton(GATEWAY, &gateway);
	open_netlink(&batch);
	switch_on(&batch, 1);
	switch_on(&batch, eth0);
	address = begin_message(&batch, RTM_NEWADDR, NLM_F_CREATE, sizeof *address);
	address->ifa_family = AF_INET;
	address->ifa_prefixlen = PREFIX;
	address->ifa_index = eth0;
	add(&batch, IFA_LOCAL, &own, sizeof own);
	add(&batch, IFA_ADDRESS, &own, sizeof own);
	route = begin_message(&batch, RTM_NEWROUTE, NLM_F_CREATE, sizeof *route);
	route->rtm_family = AF_INET;
	route->rtm_table = RT_TABLE_MAIN;
	route->rtm_protocol = RTPROT_BOOT;
	route->rtm_type = RTN_UNICAST;
	add(&batch, RTA_GATEWAY, &gateway, sizeof gateway);
	add(&batch, RTA_OIF, &eth0, sizeof eth0);
	have_it_done(&batch);
}

/* In two calls since Linux 7.0; before, among copies of all mounts. */
static void change_root(const char *root)
{
	int namespace = syscall(SYS_open_tree, AT_FDCWD, root, OPEN_TREE_NAMESPACE | O_CLOEXEC);

	if (namespace >= 0) {
		must(setns(namespace, CLONE_NEWNS), "setns");
		return;
	}
	must(unshare(CLONE_NEWNS), "unshare");
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "mount /");
	must(mount(root, root, NULL, MS_BIND, NULL), root);
	must(chdir(root), root);
	must(syscall(SYS_pivot_root, ".", "."), "pivot_root");
	must(umount2(".", MNT_DETACH), "umount");
	must(chdir("/"), "chdir");
}

static void contained(const char *root, int cable, char **command)
{
	char word;

	must(unshare(CLONE_NEWCGROUP), "unshare");
	must(sethostname("bare", 4), "sethostname");
	change_root(root);
	must(mount("proc", "/proc", "proc", 0, NULL), "mount /proc");
	if (read(cable, &word, 1) != 1)
		exit(1);
	configure();
	execv(command[0], command);
	err(127, "%s", command[0]);
}

static int run(const char *bridge, const char *cgroups, const char *root, char **command)
{
	struct clone_args arguments = {
		.flags = CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWUTS |
			 CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
	};
	int cable[2], status;
	char cgroup[256];
	pid_t child;

	snprintf(cgroup, sizeof cgroup, "%s/%d", cgroups, getpid());
	must(mkdir(cgroup, 0755), cgroup);
	arguments.cgroup = open(cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(pipe2(cable, O_CLOEXEC), "pipe");
	child = syscall(SYS_clone3, &arguments, sizeof arguments);
	must(child, "clone3");
	if (child == 0) {
		close(cable[1]);
		contained(root, cable[0], command);
	}
	close(cable[0]);
	lay_cable(bridge, child);
	must(write(cable[1], "", 1), "write");
	must(waitpid(child, &status, 0), "waitpid");
	must(rmdir(cgroup), cgroup);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Reads the PID from the state, in JSON, that an OCI runtime writes. */
static int hook(const char *bridge)
{
	char state[65536], path[64], *pid;
	ssize_t length = 0, more;
	int namespace;

	while ((more = read(0, state + length, sizeof state - 1 - length)) > 0)
		length += more;
	state[length] = 0;
	pid = strstr(state, "\"pid\"");
	if (!pid)
		errx(1, "no pid in %s", state);
	pid += strcspn(pid, ":") + 1;
	lay_cable(bridge, atoi(pid));
	snprintf(path, sizeof path, "/proc/%d/ns/net", atoi(pid));
	namespace = open(path, O_RDONLY);
	must(setns(namespace, CLONE_NEWNET), path);
	configure();
	return 0;
}

int main(int count, char **words)
{
	if (count == 3 && !strcmp(words[2], "--hook"))
		return hook(words[1]);
	if (count < 5)
		errx(2, "bare BRIDGE CGROUP ROOT COMMAND");
	return run(words[1], words[2], words[3], words + 4);
}
