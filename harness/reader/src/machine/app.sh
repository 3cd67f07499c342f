# What helloworld runs: a web server, then its log. httpd goes into the
# background as soon as it listens, and tail is the last one to start.
set -e
httpd -p 80 -h /www
echo "Hello World listens on port 80" > /tmp/log
exec tail -f /tmp/log
